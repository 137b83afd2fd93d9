// Conditional requests: what clients may say of the state that they know.
#include "lightdash/api/conditions.hpp"

#include "http/request/request_builder.hpp"
#include "lightdash/api/outcome.hpp"

#include <gmock/gmock.h>

#include <string>

namespace lightdash::api {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string one = "3fa85f64-5717-4562-b3fc-2c963f66afa6";
const std::string other = "0192d3a8-7b1c-4f00-8000-0123456789ab";
const auto one_version = *uuid::parse(one);
const auto other_version = *uuid::parse(other);

struct asking {
    explicit asking(std::vector<std::pair<std::string_view, std::string_view>> headers,
                    http::method verb = http::method::get)
    {
        http::request_builder fill{rq};
        fill.line(verb, "/x", "/x", {});
        fill.swap_headers(headers);
    }
    if_match condition() const { return if_match::of(rq); }
    http::response told(std::string body = "body", const uuid& version = one_version) const
    {
        http::response answer{.body = std::move(body)};
        detail::tag(answer, rq, version);
        return answer;
    }
    http::request rq;
};

std::string header_of(const http::response& answer, std::string_view name)
{
    for (const auto& [known, value] : answer.headers)
        if (known == name)
            return value;
    return {};
}

std::optional<error_kind> refusal_of(std::string_view field)
{
    try {
        asking{{{"If-Match", field}}}.condition();
    } catch (const error& failure) {
        return failure.kind();
    }
    return std::nullopt;
}

TEST(EntityTags, AreReadAsAListWhoseTagsMayHoldCommas)
{
    const std::string_view fields[] = {"\"a,b\" ,, W/\"c\"\t,", "\"\",\"d\xC3\xA9\""};
    const auto read = entity_tags::parse(fields);
    ASSERT_TRUE(read);
    EXPECT_FALSE(read->any);
    std::vector<std::string> seen;
    for (const auto& tag : read->listed)
        seen.push_back((tag.weak ? "weak " : "strong ") + std::string{tag.opaque});
    EXPECT_THAT(seen, ElementsAre("strong a,b", "weak c", "strong ", "strong d\xC3\xA9"));
}

TEST(IfMatch, NamesTheVersionsThatMustBePresent)
{
    const auto condition = asking{{{"If-Match", '"' + one + '"'}, {"if-match", "\"" + other + ".00ff\""}}}.condition();
    EXPECT_THAT(condition.expected_versions, ::testing::Optional(ElementsAre(one_version, other_version)))
        << "the digest of the body does not count, nor that a list stands in two fields";
    EXPECT_TRUE(condition.holds(one_version));
    EXPECT_FALSE(condition.holds(uuid{}));
}

TEST(IfMatch, IsNoConditionWhenItIsAbsentOrAStar)
{
    EXPECT_EQ(asking{{}}.condition().expected_versions, std::nullopt);
    EXPECT_EQ((asking{{{"If-Match", "*"}}}.condition().expected_versions), std::nullopt);
    EXPECT_TRUE(asking{{}}.condition().holds(one_version));
}

TEST(IfMatch, NeverHoldsForATagThatIsWeakOrNoneOfOurs)
{
    const auto condition = asking{{{"If-Match", "W/\"" + one + "\", \"v1\", \"\""}}}.condition();
    EXPECT_THAT(condition.expected_versions, ::testing::Optional(::testing::IsEmpty()));
    EXPECT_FALSE(condition.holds(one_version));
}

TEST(IfMatch, IsRefusedWhenItIsNoListOfTags)
{
    for (const auto* field : {"", ",", "v1", "\"a", "a\"", "\"a\" \"b\"", "w/\"a\"", "W/ \"a\"", "*, \"a\"", "\"a\", *",
                              "\"a b\"", "\"a\tb\"", "\"a\"b", "**", "W/"})
        EXPECT_EQ(refusal_of(field), error_kind::invalid_parameter) << field;
}

TEST(ETag, NamesTheVersionAndTheBody)
{
    const auto told = asking{{}}.told();
    const auto tag = header_of(told, "ETag");
    EXPECT_THAT(tag, StartsWith('"' + one + '.'));
    EXPECT_EQ(tag.size(), 2 + one.size() + 1 + 16);
    EXPECT_EQ(told.status, 200U);
    EXPECT_EQ(header_of(told, "Cache-Control"), "private, no-cache");
    EXPECT_EQ(header_of(asking{{}}.told(), "ETag"), tag);
    EXPECT_NE(header_of(asking{{}}.told("other"), "ETag"), tag) << "the same version in other words";
    EXPECT_NE(header_of(asking{{}}.told("body", other_version), "ETag"), tag);
    EXPECT_TRUE((asking{{{"If-Match", tag}}}.condition().holds(one_version)));
}

TEST(IfNoneMatch, IsAnsweredWithoutABodyWhileItHolds)
{
    const auto tag = header_of(asking{{}}.told(), "ETag");
    for (const auto& field : {tag, "W/" + tag, "\"x\", " + tag, std::string{"*"}}) {
        const auto told = asking{{{"If-None-Match", field}}}.told();
        EXPECT_EQ(told.status, 304U) << field;
        EXPECT_EQ(told.body, "");
        EXPECT_EQ(header_of(told, "ETag"), tag);
        EXPECT_EQ(header_of(told, "Cache-Control"), "private, no-cache");
        EXPECT_EQ(header_of(told, "Vary"), "Authorization, Cookie");
    }
    EXPECT_EQ((asking{{{"If-None-Match", "\"x\""}, {"If-None-Match", tag}}}.told().status), 304U);
    EXPECT_EQ((asking{{{"If-None-Match", tag}}, http::method::head}.told().status), 304U);
}

TEST(IfNoneMatch, IsPassedOverWhenItDoesNotHoldOrCannotBeRead)
{
    const auto tag = header_of(asking{{}}.told(), "ETag");
    for (const auto& field : {std::string{"\"x\""}, '"' + one + '"', one, std::string{}, tag + tag})
        EXPECT_EQ((asking{{{"If-None-Match", field}}}.told().status), 200U) << field;
    const auto saved = asking{{{"If-None-Match", tag}}, http::method::patch}.told();
    EXPECT_EQ(saved.status, 200U) << "only what reads is answered so";
    EXPECT_EQ(header_of(saved, "ETag"), tag);
    EXPECT_EQ(header_of(saved, "Cache-Control"), "") << "so that the answer of a write is not stored";
}

struct saver {
    std::string version_uuid, updated_by;
};
LIGHTDASH_DESCRIBE(saver, version_uuid, updated_by)

TEST(StaleSave, TellsWhoWasFaster)
{
    try {
        throw_stale("Grace has saved since.", saver{one, "Grace \"G\""});
    } catch (const error& failure) {
        const auto answer = http::error_response(failure, "r-1");
        EXPECT_EQ(answer.status, 409U);
        EXPECT_THAT(answer.body, HasSubstr(R"("name":"AlreadyExistsError","message":"Grace has saved since.")"));
        EXPECT_THAT(answer.body, HasSubstr(R"("data":{"versionUuid":")" + one + R"(","updatedBy":"Grace \"G\""})"));
    }
}

} // namespace
} // namespace lightdash::api
