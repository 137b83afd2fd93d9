#include "lightdash/http/response.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <random>

namespace lightdash::http {
namespace {

enum class wording : unsigned char {
    own,
    generic
}; // what a client reads: the error's message, or one that says nothing

struct row {
    error_kind kind;
    unsigned status;
    std::string_view name;
    wording message = wording::own;
    std::chrono::seconds retry_after{0};
    bool close = false;
};

constexpr std::chrono::seconds never{0};
constexpr std::chrono::seconds soon{1};
constexpr std::chrono::seconds later{2};
constexpr std::string_view unavailable = "DatabaseUnavailableError";
constexpr std::string_view our_fault = "UnexpectedServerError";
constexpr std::string_view database_fault = "UnexpectedDatabaseError";

// In the order of the enumeration.
constexpr std::array table{
    row{error_kind::invalid_parameter, 400, "ParameterError"},
    row{error_kind::malformed_body, 400, "ParseError"},
    row{error_kind::invalid_body, 422, "ValidateError"},
    row{error_kind::compile_failed, 400, "CompileError"},
    row{error_kind::unknown_field, 400, "FieldReferenceError"},
    row{error_kind::no_such_page, 422, "PaginationError"},
    row{error_kind::bad_request, 400, "ParameterError", wording::own, never, true},
    row{error_kind::unauthenticated, 401, "AuthorizationError"},
    row{error_kind::forbidden, 403, "ForbiddenError"},
    row{error_kind::not_found, 404, "NotFoundError"},
    row{error_kind::method_not_allowed, 405, "MethodNotAllowedError"},
    row{error_kind::not_acceptable, 406, "NotAcceptableError"},
    row{error_kind::request_timeout, 408, "RequestTimeoutError", wording::own, never, true},
    row{error_kind::already_exists, 409, "AlreadyExistsError"},
    row{error_kind::stale, 409, "AlreadyExistsError"},
    row{error_kind::in_use, 409, "AlreadyExistsError"},
    row{error_kind::payload_too_large, 413, "PayloadTooLargeError", wording::own, never, true},
    row{error_kind::uri_too_long, 414, "UriTooLongError", wording::own, never, true},
    row{error_kind::header_too_large, 431, "HeaderTooLargeError", wording::own, never, true},
    row{error_kind::unsupported_media_type, 415, "UnsupportedMediaTypeError"},
    row{error_kind::not_implemented, 501, "NotImplementedError", wording::own, never, true},
    row{error_kind::version_not_supported, 505, "HttpVersionNotSupportedError", wording::own, never, true},
    row{error_kind::rate_limited, 429, "RateLimitError", wording::own, soon},
    row{error_kind::deadline_exceeded, 504, "TimeoutError"},
    row{error_kind::cancelled, 499, "ClientClosedRequestError"},
    row{error_kind::database_unavailable, 503, unavailable, wording::own, soon},
    row{error_kind::pool_saturated, 503, "PoolSaturatedError", wording::own, soon},
    row{error_kind::overloaded, 503, "OverloadedError", wording::own, soon},
    row{error_kind::not_ready, 503, "NotReadyError", wording::own, later},
    row{error_kind::read_only, 503, unavailable, wording::own, later},
    row{error_kind::resource_exhausted, 503, unavailable, wording::own, later},
    row{error_kind::unique_violation, 409, "AlreadyExistsError"},
    row{error_kind::foreign_key_missing, 400, "ParameterError"},
    row{error_kind::foreign_key_in_use, 409, "AlreadyExistsError"},
    row{error_kind::invalid_value, 400, "ParameterError"},
    row{error_kind::invalid_text, 400, "ParameterError"},
    row{error_kind::serialization_failure, 503, unavailable, wording::own, soon},
    row{error_kind::lock_timeout, 503, unavailable, wording::own, soon},
    row{error_kind::statement_timeout, 503, unavailable, wording::own, later},
    row{error_kind::statement_invalidated, 503, unavailable, wording::own, soon},
    row{error_kind::insufficient_privilege, 500, database_fault, wording::generic},
    row{error_kind::commit_in_doubt, 503, "OutcomeUnknownError"},
    row{error_kind::no_rows, 500, database_fault, wording::generic},
    row{error_kind::too_many_rows, 500, database_fault, wording::generic},
    row{error_kind::database_error, 500, database_fault, wording::generic},
    row{error_kind::configuration, 500, our_fault, wording::generic},
    row{error_kind::usage, 500, our_fault, wording::generic},
    row{error_kind::internal, 500, our_fault, wording::generic},
};

constexpr bool in_order()
{
    for (std::size_t i = 0; i < table.size(); ++i)
        if (static_cast<std::size_t>(table[i].kind) != i)
            return false;
    return table.back().kind == error_kind::internal;
}
static_assert(in_order(), "one row for each error_kind, in the order of the enumeration");

constexpr std::string_view generic_message =
    "Something went wrong on the server. Whoever runs it finds the cause in its log under this request id.";

// A 503 for people who must not learn which role, host, pool or statement it was about.
std::string_view without_cause(error_kind kind) noexcept
{
    switch (kind) {
    case error_kind::pool_saturated:
    case error_kind::overloaded:
        return "The server is busy: try again a little later.";
    case error_kind::not_ready:
        return "The server is not ready for this yet: try again a little later.";
    case error_kind::read_only:
        return "The server takes no changes at the moment: try again a little later.";
    case error_kind::commit_in_doubt:
        return "The database did not confirm the change: it may have been made, or not. Look before you try again.";
    default:
        return "The server cannot answer this at the moment: try again a little later. Whoever runs it finds the cause "
               "in its log under this request id.";
    }
}

std::string_view message_of(const row& meaning, const error& failure, bool say_why)
{
    if (meaning.message == wording::generic)
        return generic_message;
    return meaning.status == 503 && !say_why ? without_cause(failure.kind()) : std::string_view{failure.message()};
}

const row& row_of(error_kind kind) noexcept
{
    const auto index = static_cast<std::size_t>(kind);
    return index < table.size() ? table[index] : table.back();
}

// Up to as much again, so that clients that were refused together do not come back together.
std::chrono::seconds jittered(std::chrono::seconds base)
{
    thread_local std::minstd_rand random{std::random_device{}()};
    return base + std::chrono::seconds{std::uniform_int_distribution<long>{0, base.count()}(random)};
}

void set_retry_after(response& made, const row& meaning, const error& failure)
{
    const auto wait = failure.retry_after() > never ? failure.retry_after() : meaning.retry_after;
    if (wait <= never || failure.in_doubt())
        return;
    // A limiter knows exactly when there is room again; a server in trouble does not.
    const auto told = meaning.status == 503 ? jittered(wait) : wait;
    made.headers.emplace_back("Retry-After", std::to_string(told.count()));
}

void write_member(std::string& out, std::string_view name, std::string_view text)
{
    if (out.back() != '{')
        out += ',';
    json::write_text(out, name);
    out += ':';
    json::write_text(out, text);
}

// Two faults of one place share its name, which may stand in an object only once.
void write_fields(std::string& out, const std::vector<field_error>& fields)
{
    std::map<std::string_view, std::string> by_place;
    for (const field_error& field : fields) {
        std::string& messages = by_place[field.pointer];
        if (!messages.empty())
            messages += ' ';
        messages += field.message;
    }
    for (const auto& [place, messages] : by_place) {
        if (out.back() != '{')
            out += ',';
        json::write_text(out, place);
        out += ":{";
        write_member(out, "message", messages);
        out += '}';
    }
}

void write_rule(std::string& out, const database_diagnostics& said)
{
    if (!said.column.empty())
        write_member(out, "column", said.column);
    if (!said.constraint.empty())
        write_member(out, "constraint", said.constraint);
}

std::string_view reason_of(const error& failure)
{
    const auto named = std::ranges::find(failure.fields(), "reason", &field_error::pointer);
    if (named != failure.fields().end())
        return named->message;
    return failure.database() != nullptr ? "schema_pending" : "starting";
}

// A failure that Lightdash has a name of its own for says so in its field of that name.
std::string_view name_of(const row& meaning, const error& failure)
{
    if (failure.kind() != error_kind::not_acceptable && failure.kind() != error_kind::rate_limited)
        return meaning.name; // elsewhere it may be a query parameter's
    const auto own = std::ranges::find(failure.fields(), "name", &field_error::pointer);
    return own != failure.fields().end() ? std::string_view{own->message} : meaning.name;
}

void write_data(std::string& out, const row& meaning, const error& failure)
{
    if (!failure.data().empty()) {
        out += failure.data();
        return;
    }
    out += '{';
    if (failure.kind() == error_kind::not_ready)
        write_member(out, "reason", reason_of(failure));
    else if (failure.in_doubt())
        write_member(out, "outcome", "unknown");
    else if (meaning.status < 500 && !failure.fields().empty())
        write_fields(out, failure.fields());
    else if (meaning.status < 500 && failure.database() != nullptr)
        write_rule(out, *failure.database());
    out += '}';
}

} // namespace

response done()
{
    response made;
    made.body = R"({"status":"ok"})";
    return made;
}

error_meaning meaning_of(error_kind kind) noexcept
{
    const row& found = row_of(kind);
    return {found.status, found.name};
}

response error_response(const error& failure, std::string_view request_id, bool say_why)
{
    const row& meaning = row_of(failure.kind());
    response made;
    made.status = meaning.status;
    made.close = meaning.close;
    set_retry_after(made, meaning, failure);
    if (meaning.status == 401) // RFC 9110 15.5.2; the scheme is Lightdash's own
        made.headers.emplace_back("WWW-Authenticate", R"(ApiKey realm="lightdash")");

    std::string& out = made.body;
    out = R"({"status":"error","error":{"statusCode":)";
    json::write_unsigned(out, meaning.status);
    out += R"(,"name":)";
    json::write_text(out, name_of(meaning, failure));
    out += R"(,"message":)";
    json::write_text(out, message_of(meaning, failure, say_why));
    out += R"(,"data":)";
    write_data(out, meaning, failure);
    out += R"(,"requestId":)";
    json::write_text(out, request_id);
    out += "}}";
    return made;
}

response error_response(const std::exception_ptr& failure, std::string_view request_id)
{
    try {
        std::rethrow_exception(failure);
    } catch (const error& known) {
        return error_response(known, request_id);
    } catch (const boost::system::system_error& system) {
        const bool cancelled = system.code() == boost::asio::error::operation_aborted;
        return error_response(
            error{cancelled ? error_kind::cancelled : error_kind::internal, "The request was cancelled."}, request_id);
    } catch (...) {
        return error_response(error{error_kind::internal, "An exception of an unknown type was thrown."}, request_id);
    }
}

} // namespace lightdash::http
