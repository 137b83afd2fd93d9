#include "integration/migrate/migrating.hpp"
#include "lightdash/core/password.hpp"
#include "lightdash/migrate/code_seed.hpp"
#include "lightdash/migrate/seed_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace lightdash::migrate {
namespace {

using lightdash::testing::test_database;
using ::testing::ElementsAre;

// Each noun with its number.
std::map<std::string, std::uint64_t, std::less<>> seed(migrating& here, unsigned scale = 0, seed_progress tell = {})
{
    std::map<std::string, std::uint64_t, std::less<>> made;
    for (const auto& one : here.run(run_code_seeds({here.database, deadline::after(30s), scale, std::move(tell)})))
        made[std::string{one.noun}] = one.rows;
    return made;
}

std::vector<std::string> everything(const test_database& db)
{
    return db.column(
        "select md5(string_agg(line, '' order by line)) from (select t::text as line from organizations t union all "
        "select t::text from users t union all select t::text from projects t union all select t::text from charts t "
        "union all select t::text from dashboards t union all select t::text from dashboard_tiles t union all "
        "select t::text from groups t union all select t::text from group_memberships t union all "
        "select t::text from spaces t union all select t::text from space_user_access t union all "
        "select t::text from space_group_access t union all select t::text from project_memberships t union all "
        "select t::text from project_group_access t union all select t::text from chart_versions t union all "
        "select t::text from dashboard_versions t union all select t::text from personal_access_tokens t union all "
        "select t::text from warehouse_connections t union all select t::text from audit_log t) everything");
}

TEST(Seed, TwiceIsTheSameAsOnce)
{
    const auto db = test_database::migrated();
    migrating here{db};
    const auto first = seed(here);
    EXPECT_EQ(first.at("organization"), 2U);
    EXPECT_EQ(first.at("user"), 7U);
    EXPECT_EQ(first.at("project"), 1U);
    EXPECT_EQ(first.at("group"), 2U);
    EXPECT_EQ(first.at("space"), 2U);
    EXPECT_EQ(first.at("chart"), 10U);
    EXPECT_EQ(first.at("dashboard"), 3U);
    EXPECT_EQ(first.at("tile"), 12U);
    const auto before = everything(db);
    const auto second = seed(here);
    for (const auto& [noun, rows] : second)
        EXPECT_EQ(rows, 0U) << noun;
    EXPECT_EQ(everything(db), before);
}

TEST(Seed, GivesEachRoleAUserWhoCanLogIn)
{
    const auto db = test_database::migrated();
    migrating here{db};
    seed(here);
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
    seed(here);
    db.execute("update dashboards set name = 'Mine' where slug = 'jaffle-dashboard'; delete from dashboard_tiles");
    const auto again = seed(here);
    EXPECT_EQ(again.at("tile"), 0U);
    EXPECT_EQ(db.value("select name from dashboards where slug = 'jaffle-dashboard'"), "Mine");
}

TEST(Seed, GrowsALoadTestToItsSize)
{
    const auto db = test_database::migrated();
    migrating here{db};
    seed(here);
    const auto one = seed(here, 1);
    EXPECT_EQ(one.at("project"), 1U);
    EXPECT_EQ(one.at("chart"), 200U);
    EXPECT_EQ(one.at("dashboard"), 1000U);
    EXPECT_EQ(one.at("tile"), 5000U);
    const auto two = seed(here, 2);
    EXPECT_EQ(two.at("project"), 0U);
    EXPECT_EQ(two.at("dashboard"), 1000U);
    EXPECT_EQ(two.at("tile"), 5000U);
    EXPECT_EQ(db.value("select count(*) from dashboard_tiles t left join charts c on c.id = t.chart_id "
                       "where t.tile_type = 'saved_chart' and c.id is null"),
              "0");
}

TEST(Seed, TellsOfTheLoadTestAsItGrowsAndNeedsTheDemoData)
{
    const auto db = test_database::migrated();
    migrating here{db};
    try {
        here.run(compiled_in_code_seeds().at(1).run({here.database, deadline::after(30s), 1}));
        FAIL();
    } catch (const error& refused) {
        EXPECT_EQ(refused.kind(), error_kind::usage);
    }
    seed(here);
    db.execute(
        "insert into charts (id, project_id, name, table_name, metric_query, chart_config, slug, created_by) select "
        "uuid_generate_v4(), id, 'Chart 7', 'orders', '{}', '{}', 'chart-7', created_by from projects"); // of another
                                                                                                         // project
    std::vector<std::uint64_t> told;
    seed(here, 1, [&](std::string_view, std::uint64_t done, std::uint64_t total) {
        told.push_back(done);
        EXPECT_EQ(total, 1000U);
    });
    EXPECT_THAT(told, ElementsAre(500U, 1000U, 1000U));
}

TEST(Seed, FilesAreRunInOrderForTheirEnvironmentAndAgainWithoutHarm)
{
    const auto db = test_database::empty();
    db.execute("create table t (a int primary key)");
    migrating here{db};
    const std::vector<seed_file> seeds{
        parse_seed_file("seeds/1_a.sql",
                        "insert into t values (1) on conflict do nothing;\ninsert into t values (2) on "
                        "conflict do nothing;"),
        parse_seed_file("seeds/2_b.sql", "-- seed: production\ninsert into t values (3);"),
        parse_seed_file("seeds/3_c.sql", "-- seed: test production\ninsert into t values (4) on conflict do nothing;")};
    std::vector<std::string> told;
    const auto run = [&](std::string_view where) {
        return here.run(run_seeds(
            here.database, seeds, where,
            [&](const seeded& one) { told.push_back(one.name + " " + std::to_string(one.rows)); }, {},
            deadline::after(20s)));
    };
    EXPECT_EQ(run("test"), 2U);
    EXPECT_EQ(run("test"), 2U);
    EXPECT_THAT(told, ElementsAre("1_a 2", "3_c 1", "1_a 0", "3_c 0"));
    EXPECT_EQ(run("development"), 1U);
    EXPECT_EQ(db.value("select string_agg(a::text, ' ' order by a) from t"), "1 2 4");
}

TEST(Seed, AFileThatFailsLeavesNothingAndNamesItsPlace)
{
    const auto db = test_database::empty();
    db.execute("create table t (a int primary key)");
    migrating here{db};
    const std::vector<seed_file> seeds{
        parse_seed_file("seeds/1_a.sql", "insert into t values (1);"),
        parse_seed_file("seeds/2_b.sql", "insert into t values (2);\ninsert into u values (1);")};
    try {
        here.run(run_seeds(here.database, seeds, "test", {}, {}, deadline::after(20s)));
        FAIL();
    } catch (const migrate_error& failure) {
        EXPECT_EQ(failure.code(), exit_code::failed);
        EXPECT_THAT(failure.message(), ::testing::HasSubstr("relation \"u\" does not exist (SQLSTATE 42P01)"));
        EXPECT_THAT(failure.message(), ::testing::HasSubstr("seeds/2_b.sql:2: insert into u values (1)\n"));
    }
    EXPECT_EQ(db.value("select string_agg(a::text, ' ') from t"), "1");
}

TEST(Seed, FilesThatAreNoneAreRefusedBeforeOneRuns)
{
    for (const auto* text :
         {"", "-- seed: development\n", "-- seed:\nselect 1;", "-- seed: devlopment\nselect 1;", "select 'x"})
        EXPECT_THROW(parse_seed_file("seeds/1_a.sql", text), error) << text;
    try {
        parse_seed_file("seeds/1_a.sql", "-- seed: devlopment\nselect 1;");
    } catch (const error& refused) {
        EXPECT_EQ(refused.message(),
                  "seeds/1_a.sql:1: the environment \"devlopment\" is not known; did you mean development?");
    }
}

} // namespace
} // namespace lightdash::migrate
