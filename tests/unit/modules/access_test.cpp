// The rights table and the memory of valid tokens.
#include "modules/access/model.hpp"
#include "modules/access/token_cache.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace lightdash::access {
namespace {

using namespace std::chrono_literals;
using enum organization_role;

constexpr std::array roles{member, viewer, interactive_viewer, editor, developer, admin};

TEST(AccessModel, ListsEveryScopeOnceInTheOrderOfTheEnumeration)
{
    std::set<std::string> names;
    for (std::size_t i = 0; i < scope_table().size(); ++i) {
        const auto& info = scope_table()[i];
        EXPECT_EQ(static_cast<std::size_t>(info.what), i);
        EXPECT_EQ(&describe(info.what), &info);
        EXPECT_TRUE(names.insert(std::string{info.action} + ':' + std::string{info.subject}).second) << info.subject;
    }
    EXPECT_EQ(static_cast<std::size_t>(scope::delete_dashboard) + 1, scope_table().size());
}

TEST(AccessModel, AStrongerRoleHasEveryRightOfAWeakerOne)
{
    for (const auto& info : scope_table()) {
        bool allowed = false;
        for (const auto role : roles) {
            EXPECT_TRUE(allows(role, info.what) || !allowed) << info.action << ':' << info.subject;
            allowed = allows(role, info.what);
        }
        EXPECT_TRUE(allowed) << "not even an admin may " << info.action << ':' << info.subject;
    }
}

TEST(AccessModel, DrawsTheLinesBetweenTheRoles)
{
    EXPECT_TRUE(allows(member, scope::view_organization));
    EXPECT_FALSE(allows(member, scope::view_project));
    EXPECT_TRUE(allows(viewer, scope::view_dashboard));
    EXPECT_FALSE(allows(viewer, scope::create_dashboard));
    EXPECT_TRUE(allows(interactive_viewer, scope::update_chart));
    EXPECT_FALSE(allows(editor, scope::update_project));
    EXPECT_TRUE(allows(developer, scope::update_project));
    EXPECT_FALSE(allows(developer, scope::delete_project));
    EXPECT_TRUE(allows(admin, scope::delete_project));
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
