#include "lightdash/migrate/seed.hpp"

#include "integration/migrate/migrating.hpp"
#include "lightdash/core/password.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lightdash::migrate {
namespace {

using lightdash::testing::test_database;
using ::testing::ElementsAre;

std::vector<std::string> everything(const test_database& db)
{
    return db.column(
        "select md5(string_agg(line, '' order by line)) from (select t::text as line from organizations t union all "
        "select t::text from users t union all select t::text from projects t union all select t::text from charts t "
        "union all select t::text from dashboards t union all select t::text from dashboard_tiles t) everything");
}

TEST(Seed, TwiceIsTheSameAsOnce)
{
    const auto db = test_database::migrated();
    migrating here{db};
    const auto first = here.run(seed_demo(here.database, deadline::after(20s)));
    EXPECT_EQ(first.organizations, 2U);
    EXPECT_EQ(first.users, 7U);
    EXPECT_EQ(first.projects, 1U);
    EXPECT_EQ(first.charts, 7U);
    EXPECT_EQ(first.dashboards, 3U);
    EXPECT_EQ(first.tiles, 11U);
    const auto before = everything(db);
    const auto second = here.run(seed_demo(here.database, deadline::after(20s)));
    EXPECT_EQ(second.organizations + second.users + second.projects + second.charts + second.dashboards + second.tiles,
              0U);
    EXPECT_EQ(everything(db), before);
}

TEST(Seed, GivesEachRoleAUserWhoCanLogIn)
{
    const auto db = test_database::migrated();
    migrating here{db};
    here.run(seed_demo(here.database, deadline::after(20s)));
    EXPECT_THAT(
        db.column("select u.email || ' ' || u.role from users u join organizations o on o.id = u.organization_id "
                  "where o.name = 'Jaffle Shop' order by u.id"),
        ElementsAre("demo@lightdash.com admin", "viewer@lightdash.com viewer",
                    "interactive_viewer@lightdash.com interactive_viewer", "editor@lightdash.com editor",
                    "developer@lightdash.com developer", "member@lightdash.com member"));
    EXPECT_TRUE(verify_password(db.value("select password_hash from users where email = 'demo@lightdash.com'"),
                                "demo_password!"));
    EXPECT_EQ(db.value("select count(*) from projects p join organizations o on o.id = p.organization_id where o.name "
                       "= 'Another Shop'"),
              "0");
    EXPECT_EQ(db.value("select count(distinct tile_type) from dashboard_tiles"), "4");
}

TEST(Seed, LeavesAloneWhatSomebodyChanged)
{
    const auto db = test_database::migrated();
    migrating here{db};
    here.run(seed_demo(here.database, deadline::after(20s)));
    db.execute("update dashboards set name = 'Mine' where slug = 'jaffle-dashboard'; delete from dashboard_tiles");
    const auto again = here.run(seed_demo(here.database, deadline::after(20s)));
    EXPECT_EQ(again.tiles, 0U);
    EXPECT_EQ(db.value("select name from dashboards where slug = 'jaffle-dashboard'"), "Mine");
}

TEST(Seed, GrowsALoadTestToItsSize)
{
    const auto db = test_database::migrated();
    migrating here{db};
    here.run(seed_demo(here.database, deadline::after(20s)));
    const auto one = here.run(seed_scale(here.database, 1, deadline::after(30s)));
    EXPECT_EQ(one.projects, 1U);
    EXPECT_EQ(one.charts, 200U);
    EXPECT_EQ(one.dashboards, 1000U);
    EXPECT_EQ(one.tiles, 5000U);
    const auto two = here.run(seed_scale(here.database, 2, deadline::after(30s)));
    EXPECT_EQ(two.projects, 0U);
    EXPECT_EQ(two.dashboards, 1000U);
    EXPECT_EQ(two.tiles, 5000U);
    EXPECT_EQ(db.value("select count(*) from dashboard_tiles t left join charts c on c.id = t.chart_id "
                       "where t.tile_type = 'saved_chart' and c.id is null"),
              "0");
}

} // namespace
} // namespace lightdash::migrate
