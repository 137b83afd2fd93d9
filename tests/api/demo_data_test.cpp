// The demo data: with its ids every GET of the API answers something.
#include "api/api_routes.hpp"

#include <boost/json.hpp>

#include <map>
#include <regex>
#include <set>

namespace lightdash {
namespace {

using testing::api_answer;

class DemoData : public testing::ApiTest {
protected:
    // The id of that parameter, behind the one that stands before it in the path.
    static std::string id_of(const std::string& parameter, const std::string& before)
    {
        static const std::map<std::string, std::string> ids{
            {"organization", "0a000000-0000-4000-8000-000000000001"}, {"org", "0a000000-0000-4000-8000-000000000001"},
            {"user", "0b000000-0000-4000-8000-000000000002"},         {"email", "viewer@lightdash.com"},
            {"project", "0c000000-0000-4000-8000-000000000001"},      {"chart", "0d000000-0000-4000-8000-000000000001"},
            {"dashboard", "0e000000-0000-4000-8000-000000000001"},    {"group", "1a000000-0000-4000-8000-000000000001"},
            {"token", "1b000000-0000-4000-8000-000000000001"},        {"space", "1c000000-0000-4000-8000-000000000001"},
            {"credentials", "1f000000-0000-4000-8000-000000000001"},  {"explore", "orders"}};
        // As it was created: its own id is that of its first version.
        return parameter == "version" ? ids.at(before) : ids.at(parameter);
    }
    static std::string target_of(const std::string& pattern)
    {
        static const std::regex parameter{R"(\{([a-zA-Z]+)\})"};
        std::string target, rest = pattern, before;
        for (std::smatch found; std::regex_search(rest, found, parameter); rest = found.suffix()) {
            target += std::string{found.prefix()} + id_of(found[1], before);
            before = found[1];
        }
        return target + rest;
    }
    static bool says_something(const api_answer& answer)
    {
        const auto& results = answer.results();
        if (const auto* list = results.if_array())
            return !list->empty();
        const auto* object = results.if_object();
        if (object == nullptr || object->empty())
            return false;
        for (const auto* member : {"data", "history"})
            if (const auto* list = object->if_contains(member))
                return !list->as_array().empty();
        return true;
    }
};

TEST_F(DemoData, LetsEveryGetAnswerSomething)
{
    // Links with a code, which nobody can know beforehand, what a query found, which lasts for a time only, and what
    // there is nothing to tell of in this version.
    const std::set<std::string> nothing_to_tell{"/api/v1/invite-links/{code}",
                                                "/api/v1/password-reset/{code}",
                                                "/api/v1/user/identities",
                                                "/api/v1/logout",
                                                "/api/v1/flash",
                                                "/api/v2/projects/{project}/query/{query}"};
    std::size_t asked = 0;
    for (const auto& route : testing::described_routes(server())) {
        if (route.method != "GET" || route.right.empty() || nothing_to_tell.contains(route.pattern))
            continue;
        SCOPED_TRACE(route.pattern);
        const auto answer = server().get("admin", target_of(route.pattern));
        ASSERT_EQ(answer.status, 200) << answer.raw.body;
        EXPECT_TRUE(says_something(answer)) << answer.raw.body;
        ++asked;
    }
    EXPECT_GT(asked, 25U);
}

TEST_F(DemoData, HasWhatThePermissionsAreTriedOutWith)
{
    const std::string project = "/api/v1/projects/0c000000-0000-4000-8000-000000000001";
    const auto private_chart = std::string{"/api/v1/saved/0d000000-0000-4000-8000-000000000008"};
    EXPECT_EQ(server().get("viewer", private_chart).status, 200) << "by their group's grant";
    EXPECT_EQ(server().get("developer", private_chart).status, 403);
    EXPECT_EQ(server().get("member", project).status, 403);
    EXPECT_EQ(server().get("stranger", "/api/v1/org/projects").results().as_array().size(), 0U);
    const auto own = server().get("viewer", "/api/v1/saved/0d000000-0000-4000-8000-000000000009");
    EXPECT_EQ(own.results().at("dashboardUuid").as_string(), "0e000000-0000-4000-8000-000000000001");
    EXPECT_EQ(server().get("admin", "/api/v1/saved/0d000000-0000-4000-8000-00000000000a").status, 404);
}

TEST_F(DemoData, IsTakenBackAsItIsTold)
{
    for (const std::string target : {"/api/v1/projects/0c000000-0000-4000-8000-000000000001",
                                     "/api/v1/dashboards/0e000000-0000-4000-8000-000000000001",
                                     "/api/v1/dashboards/0e000000-0000-4000-8000-000000000002"}) {
        const auto told = server().get("admin", target);
        const auto again = server().patch("admin", target, boost::json::serialize(told.results()));
        EXPECT_EQ(again.status, 200) << again.raw.body;
        EXPECT_EQ(server().get("admin", target).results().at("name"), told.results().at("name"));
    }
}

} // namespace
} // namespace lightdash
