// The rights table and the memory of valid tokens.
#include "modules/access/model.hpp"
#include "modules/access/token_cache.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace lightdash::access {
namespace {

using namespace std::chrono_literals;
using enum organization_role;

constexpr std::array roles{member, viewer, interactive_viewer, editor, developer, admin};

TEST(AccessModel, NamesEveryScopeOnceInTheOrderOfTheEnumeration)
{
    std::set<std::string> names;
    for (std::size_t i = 0; i < scopes().size(); ++i) {
        const auto& name = scopes()[i];
        EXPECT_EQ(static_cast<std::size_t>(name.what), i);
        EXPECT_EQ(&name_of(name.what), &name);
        EXPECT_TRUE(names.insert(std::string{name.action} + ':' + std::string{name.subject}).second) << name.subject;
    }
}

TEST(AccessModel, GivesEachScopeEachModifierOnceAndAnAdminAllOfIt)
{
    std::set<std::pair<scope, modifier>> seen;
    for (const auto& row : rights())
        EXPECT_TRUE(seen.emplace(row.what, row.only).second) << name_of(row.what).subject;
    for (const auto& name : scopes())
        EXPECT_EQ(decide(organization_role::admin, name.what), verdict::yes) << name.action << ':' << name.subject;
}

TEST(AccessModel, AStrongerRoleHasEveryRightOfAWeakerOne)
{
    for (const auto& name : scopes())
        for (std::size_t i = 1; i < roles.size(); ++i)
            EXPECT_GE(decide(roles[i], name.what), decide(roles[i - 1], name.what)) << name.action << name.subject;
}

TEST(AccessModel, DrawsTheLinesBetweenTheRoles)
{
    EXPECT_EQ(decide(member, scope::view_organization), verdict::yes);
    EXPECT_EQ(decide(member, scope::view_project), verdict::no);
    EXPECT_EQ(decide(viewer, scope::view_dashboard), verdict::depends) << "on its space";
    EXPECT_EQ(decide(viewer, scope::create_dashboard), verdict::no);
    EXPECT_EQ(decide(interactive_viewer, scope::update_saved_chart), verdict::depends);
    EXPECT_EQ(decide(editor, scope::create_project), verdict::no);
    EXPECT_EQ(decide(developer, scope::create_project), verdict::depends) << "previews only";
    EXPECT_EQ(decide(editor, scope::update_project), verdict::no);
    EXPECT_EQ(decide(developer, scope::update_project), verdict::yes);
    EXPECT_EQ(decide(editor, scope::delete_project), verdict::no);
    EXPECT_EQ(decide(developer, scope::delete_project), verdict::depends) << "own previews only";
    EXPECT_EQ(decide(admin, scope::delete_project), verdict::yes);
}

TEST(AccessModel, ARoleInAProjectGivesTheSameRightsThereButNoneOfTheOrganizations)
{
    using in_organization = organization_role;
    const std::pair<project_role, in_organization> same[]{{project_role::viewer, viewer},
                                                          {project_role::interactive_viewer, interactive_viewer},
                                                          {project_role::editor, editor},
                                                          {project_role::developer, developer},
                                                          {project_role::admin, admin}};
    for (const auto& [project, organization] : same)
        for (const auto& name : scopes()) {
            const bool of_project = std::ranges::any_of(
                rights(), [&](const right& row) { return row.what == name.what && row.in_project.has_value(); });
            EXPECT_EQ(decide(project, name.what), of_project ? decide(organization, name.what) : verdict::no)
                << name.action << ':' << name.subject;
        }
}

TEST(Caller, HasTheWeakestRoleUnlessToldOtherwise)
{
    EXPECT_EQ(caller{}.role, organization_role::member);
    EXPECT_LT(organization_role::viewer, organization_role::admin);
}

token_digest digest(std::uint8_t first)
{
    token_digest made{};
    made.front() = first;
    return made;
}

std::shared_ptr<const caller> known(std::string email)
{
    auto who = std::make_shared<caller>();
    who->email = std::move(email);
    return who;
}

constexpr auto never = token_cache::clock::time_point::max();
const token_cache::clock::time_point start{1000h};

TEST(TokenCache, AnswersUntilItsLifetimeEnds)
{
    token_cache cache{30s, 10};
    const auto ada = known("ada@example.com");
    cache.remember(digest(1), ada, start, never);
    EXPECT_EQ(cache.find(digest(1), start), ada);
    EXPECT_EQ(cache.find(digest(1), start + 30s - 1ns), ada);
    EXPECT_EQ(cache.find(digest(2), start), nullptr);
    EXPECT_EQ(cache.find(digest(1), start + 30s), nullptr);
    EXPECT_EQ(cache.size(), 0U); // what is too old goes when it is found
}

TEST(TokenCache, NeverAnswersLaterThanTheTokenItselfIsValid)
{
    token_cache cache{30s, 10};
    cache.remember(digest(1), known("ada@example.com"), start, start + 5s);
    EXPECT_NE(cache.find(digest(1), start + 5s - 1ns), nullptr);
    EXPECT_EQ(cache.find(digest(1), start + 5s), nullptr);
}

TEST(TokenCache, ForgetsTheLeastRecentlyAddedWhenFull)
{
    token_cache cache{30s, 2};
    cache.remember(digest(1), known("first"), start, never);
    cache.remember(digest(2), known("second"), start, never);
    cache.remember(digest(1), known("first again"), start, never); // the youngest now
    cache.remember(digest(3), known("third"), start, never);
    EXPECT_EQ(cache.size(), 2U);
    EXPECT_EQ(cache.find(digest(2), start), nullptr);
    ASSERT_NE(cache.find(digest(1), start), nullptr);
    EXPECT_EQ(cache.find(digest(1), start)->email, "first again");
    EXPECT_NE(cache.find(digest(3), start), nullptr);
}

TEST(TokenCache, RememberingAgainBeginsANewLifetime)
{
    token_cache cache{30s, 2};
    cache.remember(digest(1), known("ada"), start, never);
    cache.remember(digest(1), known("ada"), start + 20s, never);
    EXPECT_EQ(cache.size(), 1U);
    EXPECT_NE(cache.find(digest(1), start + 40s), nullptr);
    EXPECT_EQ(cache.find(digest(1), start + 50s), nullptr);
}

TEST(TokenCache, ClearedItKnowsNobodyButWhoHoldsACallerKeepsIt)
{
    token_cache cache{30s, 2};
    cache.remember(digest(1), known("ada"), start, never);
    const auto held = cache.find(digest(1), start);
    cache.clear();
    EXPECT_EQ(cache.size(), 0U);
    EXPECT_EQ(cache.find(digest(1), start), nullptr);
    EXPECT_EQ(held->email, "ada");
    for (std::uint8_t i = 0; i < 5; ++i) // its order of age was cleared with it
        cache.remember(digest(i), known("ada"), start, never);
    EXPECT_EQ(cache.size(), 2U);
}

} // namespace
} // namespace lightdash::access
