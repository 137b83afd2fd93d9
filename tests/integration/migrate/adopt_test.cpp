// The histories of other tools, in the tables that those tools make.
#include "integration/migrate/migrating.hpp"
#include "lightdash/migrate/adopt.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lightdash::migrate {
namespace {

using lightdash::testing::test_database;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* knex = R"(
    create table knex_migrations (id serial primary key, name varchar(255), batch integer, migration_time timestamptz);
    create table knex_migrations_lock (index serial primary key, is_locked integer);
    insert into knex_migrations_lock (is_locked) values (0);
    insert into knex_migrations (name, batch, migration_time) values
        ('001_users.ts', 1, '2024-01-05 10:00:00.25Z'), ('003_orders.js', 1, '2024-01-05 10:00:01Z'),
        ('002_email', 2, '2024-02-01 09:00:00Z');
)";
constexpr const char* dbmate = R"(
    create table schema_migrations (version varchar(128) primary key);
    insert into schema_migrations values ('001'), ('002');
)";
constexpr const char* golang_migrate = R"(
    create table schema_migrations (version bigint primary key, dirty boolean not null);
    insert into schema_migrations values (2, false);
)";
constexpr const char* node_pg_migrate = R"(
    create table pgmigrations (id serial primary key, name varchar(255) not null, run_on timestamp not null);
    insert into pgmigrations (name, run_on) values ('001_users', '2024-01-05 10:00:00'), ('002_email', '2024-01-06 10:00:00');
)";
constexpr const char* flyway = R"(
    create table flyway_schema_history (installed_rank integer primary key, version varchar(50), description varchar(200)
        not null, type varchar(20) not null, script varchar(1000) not null, checksum integer, installed_by varchar(100) not
        null, installed_on timestamp not null default now(), execution_time integer not null, success boolean not null);
    insert into flyway_schema_history values
        (0, null, '<< Flyway Schema Creation >>', 'SCHEMA', '"public"', null, 'me', '2024-01-01', 0, true),
        (1, '1', 'users', 'SQL', 'V1__users.sql', 17, 'me', '2024-01-05 10:00:00', 12, true),
        (2, '002', 'email', 'SQL', 'V002__email.sql', 18, 'me', '2024-01-06 10:00:00', 7, true);
)";

registry known()
{
    return known_as({made("001_users", "select 1"), made("002_email", "select 2"), made("003_orders", "select 3")});
}

class AdoptTest : public ::testing::Test {
protected:
    adoption plan(const std::string& history, std::optional<foreign_tool> tool = {}, const std::string& table = "")
    {
        db.execute("set timezone = 'UTC'; " + history);
        return plan_adoption(known(), on.run(read_foreign_history(on.database, tool, table, deadline::after(20s))));
    }
    void write(const adoption& planned)
    {
        const auto all = known();
        on.run(adopt(on.database, on.clocks, all, planned, lock_kind::advisory, deadline::after(20s)));
    }
    std::vector<std::string> written() const
    {
        return db.column(
            "select concat_ws(' ', name, batch, extract(epoch from applied_at)::numeric(20, 2), duration_ms, "
            "version) from lightdash_migrations order by id");
    }
    std::string refusal(const std::string& history)
    {
        try {
            plan(history);
        } catch (const migrate_error& refused) {
            EXPECT_EQ(refused.code(), exit_code::history);
            return refused.message();
        }
        return "not refused";
    }
    static std::vector<std::string> names(const adoption& planned)
    {
        std::vector<std::string> made;
        for (const auto& one : planned.migrations)
            made.push_back(one.name + " was " + one.from);
        return made;
    }

    test_database db = test_database::empty();
    migrating on{db};
};

TEST_F(AdoptTest, KnexKeepsOrderBatchAndTime)
{
    const auto planned = plan(knex);
    EXPECT_EQ(planned.tool, foreign_tool::knex);
    write(planned);
    EXPECT_THAT(written(), ElementsAre("001_users 1 1704448800.25 0 adopted from knex",
                                       "003_orders 1 1704448801.00 0 adopted from knex",
                                       "002_email 2 1706778000.00 0 adopted from knex"));
    EXPECT_EQ(on.pending(known()), std::vector<std::string>{});
    EXPECT_EQ(db.value("select count(*) from knex_migrations"), "3") << "the other table stays";
}

TEST_F(AdoptTest, DbmateIsMatchedByNumber)
{
    const auto planned = plan(dbmate);
    EXPECT_EQ(planned.tool, foreign_tool::dbmate);
    EXPECT_THAT(names(planned), ElementsAre("001_users was 001", "002_email was 002"));
    write(planned);
    EXPECT_EQ(on.pending(known()), std::vector<std::string>{"003_orders"});
}

TEST_F(AdoptTest, GolangMigrateMeansEverythingUpToItsVersion)
{
    const auto planned = plan(golang_migrate);
    EXPECT_EQ(planned.tool, foreign_tool::golang_migrate);
    EXPECT_THAT(names(planned), ElementsAre("001_users was 2", "002_email was 2"));
}

TEST_F(AdoptTest, NodePgMigrateKeepsTime)
{
    const auto planned = plan(node_pg_migrate);
    EXPECT_THAT(names(planned), ElementsAre("001_users was 001_users", "002_email was 002_email"));
    ASSERT_TRUE(planned.migrations[1].applied_at);
}

TEST_F(AdoptTest, FlywayIsMatchedByVersionAndKeepsDuration)
{
    const auto planned = plan(flyway);
    EXPECT_THAT(names(planned), ElementsAre("001_users was V1__users.sql", "002_email was V002__email.sql"));
    EXPECT_EQ(planned.migrations[0].duration_ms, 12);
}

TEST_F(AdoptTest, FlywaysBaselineStandsForAllBeforeIt)
{
    const auto baseline = "delete from flyway_schema_history where installed_rank > 0; insert into "
                          "flyway_schema_history values (1, '2', '<< Flyway Baseline >>', 'BASELINE', "
                          "'<< Flyway Baseline >>', null, 'me', '2024-01-05 10:00:00', 0, true)";
    EXPECT_THAT(names(plan(std::string{flyway} + baseline)),
                ElementsAre("001_users was << Flyway Baseline >>", "002_email was << Flyway Baseline >>"));
    write(plan("update flyway_schema_history set version = '2.5' where installed_rank = 1"));
    EXPECT_EQ(on.pending(known()), std::vector<std::string>{"003_orders"});
}

TEST_F(AdoptTest, WhatFlywayHasUndoneIsPendingAgain)
{
    const auto undone = "insert into flyway_schema_history values "
                        "(3, '2', 'email', 'UNDO_SQL', 'U2__email.sql', 19, 'me', '2024-01-07 10:00:00', 3, true)";
    EXPECT_THAT(names(plan(std::string{flyway} + undone)), ElementsAre("001_users was V1__users.sql"));
    const auto again = "insert into flyway_schema_history values "
                       "(4, '2', 'email', 'SQL', 'V2__email_again.sql', 18, 'me', '2024-01-08 10:00:00', 9, true)";
    const auto planned = plan(again);
    EXPECT_THAT(names(planned), ElementsAre("001_users was V1__users.sql", "002_email was V2__email_again.sql"));
    EXPECT_EQ(planned.migrations[1].duration_ms, 9);
}

TEST_F(AdoptTest, WhatFlywayHasUndoneIsNoUnknownMigrationEither)
{
    const auto undone = "insert into flyway_schema_history values "
                        "(3, '2.1', 'phone', 'SQL', 'V2.1__phone.sql', 19, 'me', '2024-01-07 10:00:00', 3, true), "
                        "(4, '2.1', 'no phone', 'UNDO_SQL', 'U2.1__no_phone.sql', 20, 'me', '2024-01-08 10:00:00', 3, "
                        "true)";
    EXPECT_THAT(plan(std::string{flyway} + undone).unmatched, ElementsAre());
}

TEST_F(AdoptTest, WhatFlywaysRepairMarkedAsDeletedIsNotApplied)
{
    const auto deleted = "insert into flyway_schema_history values "
                         "(3, '002', 'email', 'DELETE', 'V002__email.sql', 18, 'me', '2024-01-07 10:00:00', 0, true)";
    EXPECT_THAT(names(plan(std::string{flyway} + deleted)), ElementsAre("001_users was V1__users.sql"));
}

TEST_F(AdoptTest, WhatIsNotKnownIsNamed)
{
    const auto planned =
        plan(std::string{knex} + "insert into knex_migrations (name, batch) values ('004_gone.js', 3)");
    EXPECT_THAT(planned.unmatched, ElementsAre("004_gone.js"));
}

TEST_F(AdoptTest, ALockedKnexHistoryIsRefused)
{
    EXPECT_THAT(refusal(std::string{knex} + "update knex_migrations_lock set is_locked = 1"),
                HasSubstr("knex's lock in knex_migrations_lock is taken"));
}

TEST_F(AdoptTest, ADirtyHistoryIsRefused)
{
    EXPECT_THAT(refusal(std::string{golang_migrate} + "update schema_migrations set dirty = true"),
                HasSubstr("golang-migrate says that 2 is dirty"));
}

TEST_F(AdoptTest, AFailedFlywayMigrationIsRefused)
{
    EXPECT_THAT(refusal(std::string{flyway} + "update flyway_schema_history set success = false where version = '002'"),
                HasSubstr("flyway says that V002__email.sql is failed"));
}

TEST_F(AdoptTest, ANameThatKnexRecordedTwiceIsRefused)
{
    EXPECT_THAT(refusal(std::string{knex} + "insert into knex_migrations (name, batch) values ('001_users.js', 3)"),
                HasSubstr("knex has 001_users twice"));
}

TEST_F(AdoptTest, AHistoryThatIsNotEmptyIsLeftAlone)
{
    on.up(known_as({made("001_users", "select 1")}));
    const auto planned = plan(knex);
    EXPECT_THROW(write(planned), migrate_error);
    EXPECT_EQ(db.value("select count(*) from lightdash_migrations"), "1");
}

TEST_F(AdoptTest, TwoToolsMustBeToldApartAndAnotherTableCanBeNamed)
{
    EXPECT_THROW(plan(std::string{knex} + node_pg_migrate), error);
    EXPECT_EQ(plan("", foreign_tool::node_pg_migrate).tool, foreign_tool::node_pg_migrate);
    EXPECT_THAT(names(plan("create schema old; alter table knex_migrations set schema old", {}, "old.knex_migrations")),
                ::testing::SizeIs(3));
}

TEST_F(AdoptTest, NoHistoryAtAllIsSaid)
{
    EXPECT_THROW(plan(""), error);
}

} // namespace
} // namespace lightdash::migrate
