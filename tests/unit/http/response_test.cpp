#include "lightdash/http/response.hpp"

#include "lightdash/json/json.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

namespace lightdash::http {
namespace {

struct named {
    std::string first_name;
};
LIGHTDASH_DESCRIBE(named, first_name)

struct wire_error {
    int status_code = 0;
    std::string name, message;
    json::raw data;
    std::string request_id;
};
LIGHTDASH_DESCRIBE(wire_error, status_code, name, message, data, request_id)

struct envelope {
    std::string status;
    wire_error error;
};
LIGHTDASH_DESCRIBE(envelope, status, error)

wire_error parsed(const response& made)
{
    const auto body = json::read_body<envelope>(*json::value::parse(made.body));
    EXPECT_EQ(body.status, "error");
    EXPECT_EQ(body.error.status_code, static_cast<int>(made.status));
    return body.error;
}

std::optional<int> retry_after(const response& made)
{
    for (const auto& [name, content] : made.headers)
        if (name == "Retry-After")
            return std::stoi(content);
    return std::nullopt;
}

database_diagnostics telling()
{
    database_diagnostics said;
    said.sqlstate = "23505";
    said.message = "duplicate key value violates unique constraint";
    said.detail = "Key (email)=(private@example.org) already exists.";
    said.constraint = "users_email_key";
    return said;
}

TEST(Response, OkWrapsResults)
{
    EXPECT_EQ(ok(named{"Ada"}).body, R"({"status":"ok","results":{"firstName":"Ada"}})");
    EXPECT_EQ(ok(named{"Ada"}).status, 200U);
}

TEST(Response, CreatedSaysWhere)
{
    const auto made = created(named{"Ada"}, "/people/ada");
    EXPECT_EQ(made.status, 201U);
    EXPECT_EQ(made.body, R"({"status":"ok","results":{"firstName":"Ada"}})");
    ASSERT_EQ(made.headers.size(), 1U);
    EXPECT_EQ(made.headers[0].first, "Location");
    EXPECT_EQ(made.headers[0].second, "/people/ada");
}

TEST(ErrorResponse, SaysHowToSignIn)
{
    const auto challenges = [](error_kind kind) {
        const auto made = error_response(error{kind, "m"}, "r1");
        return std::ranges::count(made.headers, "WWW-Authenticate", [](const auto& h) { return h.first; });
    };
    EXPECT_EQ(challenges(error_kind::unauthenticated), 1);
    EXPECT_EQ(challenges(error_kind::forbidden), 0);
}

TEST(Response, DoneHasNoResults)
{
    EXPECT_EQ(done().body, R"({"status":"ok"})");
    EXPECT_EQ(done().status, 200U);
}

TEST(ErrorResponse, HasTheStatusAndNameOfEveryKind)
{
    using enum error_kind;
    const std::map<error_kind, std::pair<unsigned, std::string_view>> expected{
        {invalid_parameter, {400, "ParameterError"}},
        {malformed_body, {400, "ParseError"}},
        {invalid_body, {422, "ValidateError"}},
        {compile_failed, {400, "CompileError"}},
        {unknown_field, {400, "FieldReferenceError"}},
        {no_such_page, {422, "PaginationError"}},
        {bad_request, {400, "ParameterError"}},
        {unauthenticated, {401, "AuthorizationError"}},
        {forbidden, {403, "ForbiddenError"}},
        {not_found, {404, "NotFoundError"}},
        {method_not_allowed, {405, "MethodNotAllowedError"}},
        {not_acceptable, {406, "NotAcceptableError"}},
        {request_timeout, {408, "RequestTimeoutError"}},
        {already_exists, {409, "AlreadyExistsError"}},
        {stale, {409, "AlreadyExistsError"}},
        {in_use, {409, "AlreadyExistsError"}},
        {payload_too_large, {413, "PayloadTooLargeError"}},
        {uri_too_long, {414, "UriTooLongError"}},
        {header_too_large, {431, "HeaderTooLargeError"}},
        {unsupported_media_type, {415, "UnsupportedMediaTypeError"}},
        {not_implemented, {501, "NotImplementedError"}},
        {version_not_supported, {505, "HttpVersionNotSupportedError"}},
        {rate_limited, {429, "RateLimitError"}},
        {deadline_exceeded, {504, "TimeoutError"}},
        {cancelled, {499, "ClientClosedRequestError"}},
        {database_unavailable, {503, "DatabaseUnavailableError"}},
        {pool_saturated, {503, "PoolSaturatedError"}},
        {overloaded, {503, "OverloadedError"}},
        {not_ready, {503, "NotReadyError"}},
        {read_only, {503, "DatabaseUnavailableError"}},
        {resource_exhausted, {503, "DatabaseUnavailableError"}},
        {unique_violation, {409, "AlreadyExistsError"}},
        {foreign_key_missing, {400, "ParameterError"}},
        {foreign_key_in_use, {409, "AlreadyExistsError"}},
        {invalid_value, {400, "ParameterError"}},
        {invalid_text, {400, "ParameterError"}},
        {serialization_failure, {503, "DatabaseUnavailableError"}},
        {lock_timeout, {503, "DatabaseUnavailableError"}},
        {statement_timeout, {503, "DatabaseUnavailableError"}},
        {statement_invalidated, {503, "DatabaseUnavailableError"}},
        {insufficient_privilege, {500, "UnexpectedDatabaseError"}},
        {commit_in_doubt, {503, "OutcomeUnknownError"}},
        {no_rows, {500, "UnexpectedDatabaseError"}},
        {too_many_rows, {500, "UnexpectedDatabaseError"}},
        {database_error, {500, "UnexpectedDatabaseError"}},
        {configuration, {500, "UnexpectedServerError"}},
        {usage, {500, "UnexpectedServerError"}},
        {internal, {500, "UnexpectedServerError"}},
    };
    ASSERT_EQ(expected.size(), static_cast<std::size_t>(internal) + 1) << "a kind has no row here";
    for (const auto& [kind, meaning] : expected) {
        const auto made = error_response(error{kind, "m"}, "id-1");
        const auto sent = parsed(made);
        EXPECT_EQ(made.status, meaning.first) << to_string(kind);
        EXPECT_EQ(sent.name, meaning.second) << to_string(kind);
        EXPECT_EQ(sent.request_id, "id-1");
        EXPECT_EQ(meaning_of(kind).status, meaning.first);
        EXPECT_EQ(meaning_of(kind).name, meaning.second);
    }
}

TEST(ErrorResponse, IsLightdashsEnvelope)
{
    EXPECT_EQ(
        error_response(error{error_kind::not_found, "There is no such chart."}, "r1").body,
        R"({"status":"error","error":{"statusCode":404,"name":"NotFoundError","message":"There is no such chart.",)"
        R"("data":{},"requestId":"r1"}})");
}

TEST(ErrorResponse, SaysNothingOfTheCauseOfA500)
{
    for (unsigned i = 0; i <= static_cast<unsigned>(error_kind::internal); ++i) {
        const auto kind = static_cast<error_kind>(i);
        if (meaning_of(kind).status != 500)
            continue;
        const auto failure = error{kind, "SELECT secret FROM t"}
                                 .with_fields({{"/secret", "secret"}})
                                 .with_database(telling())
                                 .with_detail("secret");
        const auto made = error_response(failure, "r1");
        EXPECT_EQ(made.body.find("secret"), std::string::npos) << made.body;
        EXPECT_EQ(made.body.find("private@"), std::string::npos) << made.body;
        EXPECT_EQ(parsed(made).data.text, "{}");
    }
}

TEST(ErrorResponse, NamesTheConstraintButNoValueOfADuplicate)
{
    const auto made = error_response(
        error{error_kind::unique_violation, "Exists already."}.with_database(telling()).with_detail("private@"), "r1");
    EXPECT_EQ(parsed(made).data.text, R"({"constraint":"users_email_key"})");
    EXPECT_EQ(made.body.find("private@"), std::string::npos);
}

TEST(ErrorResponse, MapsEveryFaultFromItsPointer)
{
    const auto made = error_response(error{error_kind::invalid_body, "m"}.with_fields(
                                         {{"/name", "Is required."}, {"/tiles/3/w", "Must be a number."}}),
                                     "r1");
    EXPECT_EQ(parsed(made).data.text,
              R"({"/name":{"message":"Is required."},"/tiles/3/w":{"message":"Must be a number."}})");
}

TEST(ErrorResponse, JoinsTwoFaultsOfOnePlace)
{
    const auto made = error_response(
        error{error_kind::invalid_body, "m"}.with_fields({{"/a", "One."}, {"/b", "B."}, {"/a", "Two."}}), "r1");
    EXPECT_EQ(parsed(made).data.text, R"({"/a":{"message":"One. Two."},"/b":{"message":"B."}})");
}

TEST(ErrorResponse, TellsWhyItIsNotReady)
{
    const auto reason = [](const error& failure) { return parsed(error_response(failure, "r")).data.text; };
    const error not_ready{error_kind::not_ready, "m"};
    EXPECT_EQ(reason(not_ready), R"({"reason":"starting"})");
    EXPECT_EQ(reason(not_ready.with_database({})), R"({"reason":"schema_pending"})");
    EXPECT_EQ(reason(not_ready.with_fields({{"reason", "draining"}})), R"({"reason":"draining"})");
}

TEST(ErrorResponse, AsksNobodyToRepeatWhatMayHaveBeenCommitted)
{
    const auto made =
        error_response(error{error_kind::commit_in_doubt, "m"}.with_retry_after(std::chrono::seconds{3}), "r1");
    EXPECT_EQ(made.status, 503U);
    EXPECT_EQ(parsed(made).data.text, R"({"outcome":"unknown"})");
    EXPECT_EQ(retry_after(made), std::nullopt);
}

TEST(ErrorResponse, SpreadsRetriesAfterA503)
{
    std::set<int> seen;
    for (int i = 0; i < 200; ++i) {
        const auto told = retry_after(
            error_response(error{error_kind::overloaded, "m"}.with_retry_after(std::chrono::seconds{4}), "r"));
        ASSERT_TRUE(told.has_value());
        ASSERT_GE(*told, 4);
        ASSERT_LE(*told, 8);
        seen.insert(*told);
    }
    EXPECT_GT(seen.size(), 1U);
}

TEST(ErrorResponse, TellsEvery503WhenToComeBackExceptInDoubt)
{
    for (unsigned i = 0; i <= static_cast<unsigned>(error_kind::internal); ++i) {
        const auto kind = static_cast<error_kind>(i);
        const auto made = error_response(error{kind, "m"}, "r");
        const bool expected = (made.status == 503 && kind != error_kind::commit_in_doubt) || made.status == 429;
        EXPECT_EQ(retry_after(made).has_value(), expected) << to_string(kind);
    }
}

TEST(ErrorResponse, SaysOfA503OnlyThatItIsOneWhenStrangersMustNotLearnWhy)
{
    for (auto number = 0; number <= static_cast<int>(error_kind::internal); ++number) {
        const auto kind = static_cast<error_kind>(number);
        const auto failure = error{kind, "role ada of db.internal"}.with_detail("canary");
        const auto open = error_response(failure, "r"), closed = error_response(failure, "r", false);
        EXPECT_EQ(closed.status, open.status) << to_string(kind);
        EXPECT_EQ(retry_after(closed).has_value(), retry_after(open).has_value()) << to_string(kind);
        if (closed.status == 503)
            EXPECT_EQ(closed.body.find("ada"), std::string::npos) << closed.body;
        else
            EXPECT_EQ(closed.body, open.body);
    }
    const auto pending = error{error_kind::not_ready, "The database lacks the migration 009."};
    EXPECT_EQ(parsed(error_response(pending, "r", false)).data.text, parsed(error_response(pending, "r")).data.text);
}

TEST(ErrorResponse, TellsARateLimitedClientExactlyWhenToComeBack)
{
    const auto limited = error{error_kind::rate_limited, "m"}.with_retry_after(std::chrono::seconds{37});
    for (int i = 0; i < 20; ++i)
        EXPECT_EQ(retry_after(error_response(limited, "r")), 37);
}

TEST(ErrorResponse, ClosesAfterWhatBreaksTheFraming)
{
    using enum error_kind;
    for (const auto kind : {bad_request, request_timeout, payload_too_large, header_too_large, uri_too_long})
        EXPECT_TRUE(error_response(error{kind, "m"}, "r").close) << to_string(kind);
    for (const auto kind : {invalid_body, not_found, internal, overloaded})
        EXPECT_FALSE(error_response(error{kind, "m"}, "r").close) << to_string(kind);
}

TEST(ErrorResponse, EscapesWhatItRepeats)
{
    const auto made = error_response(error{error_kind::not_found, "a \"quoted\"\n\xff text"}, "r\"1");
    EXPECT_EQ(parsed(made).message, "a \"quoted\"\n\xEF\xBF\xBD text");
    EXPECT_EQ(parsed(made).request_id, "r\"1");
}

TEST(ErrorResponse, UnderstandsWhateverWasThrown)
{
    const auto status = [](auto thrown) { return error_response(std::make_exception_ptr(thrown), "r").status; };
    EXPECT_EQ(status(error{error_kind::forbidden, "m"}), 403U);
    EXPECT_EQ(status(boost::system::system_error{boost::asio::error::operation_aborted}), 499U);
    EXPECT_EQ(status(boost::system::system_error{boost::asio::error::eof}), 500U);
    EXPECT_EQ(status(std::runtime_error{"secret"}), 500U);
    EXPECT_EQ(status(42), 500U);
    const auto made = error_response(std::make_exception_ptr(std::runtime_error{"secret"}), "r");
    EXPECT_EQ(made.body.find("secret"), std::string::npos);
}

} // namespace
} // namespace lightdash::http
