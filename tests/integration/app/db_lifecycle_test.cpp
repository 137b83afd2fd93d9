// db create, drop and reset: what they do, and what they refuse.
#include "support/backend_process.hpp"
#include "support/on_terminal.hpp"
#include "support/test_database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lightdash {
namespace {

using ::testing::AllOf;
using testing::backend_result;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::run_backend;
using testing::test_database;

class DatabaseLifecycle : public ::testing::Test {
protected:
    backend_result run(std::vector<std::string> arguments, std::map<std::string, std::string> more = {}) const
    {
        more.emplace("DATABASE_URL", db.conninfo());
        return run_backend(std::move(arguments), std::move(more));
    }
    std::string confirm() const { return "--confirm=" + db.name(); }
    bool exists() const
    {
        return testing::plain_connection{testing::test_server()}.value("select 1 from pg_database where datname = " +
                                                                       testing::sql_literal(db.name())) == "1";
    }

    const test_database db = test_database::empty();
    const std::map<std::string, std::string> production{{"LIGHTDASH_ENV", "production"},
                                                        {"LIGHTDASH_SECRET", "a long random text"}};
};

TEST_F(DatabaseLifecycle, CreateMakesTheDatabaseAndIsHappyWhenItIsThere)
{
    ASSERT_EQ(run({"db", "drop", confirm()}).exit_code, 0);
    EXPECT_FALSE(exists());
    const auto again = run({"db", "drop", confirm()});
    EXPECT_EQ(again.exit_code, 0);
    EXPECT_THAT(again.err, HasSubstr("Nothing to do"));

    const auto made = run({"db", "create"});
    EXPECT_EQ(made.exit_code, 0) << made.err;
    EXPECT_TRUE(exists());
    const auto nothing = run({"db", "create"});
    EXPECT_EQ(nothing.exit_code, 0);
    EXPECT_THAT(nothing.err, HasSubstr("Nothing to do"));
}

TEST_F(DatabaseLifecycle, DropAsksForTheNameAndTakesNoOther)
{
    for (const auto& arguments : {std::vector<std::string>{"db", "drop"}, {"db", "drop", "--confirm=other"}}) {
        const auto refused = run(arguments);
        EXPECT_EQ(refused.exit_code, 2);
        EXPECT_THAT(refused.err, AllOf(HasSubstr(db.name()), HasSubstr("nothing was done")));
    }
    EXPECT_TRUE(exists());
}

TEST_F(DatabaseLifecycle, ResetKeepsWhatTheDatabaseIsBesideItsContent)
{
    const auto name = testing::sql_name(db.name());
    testing::plain_connection server{testing::test_server()};
    server.execute("drop database " + name);
    server.execute("create database " + name +
                   " template template0 lc_collate 'C' lc_ctype 'C' locale_provider icu "
                   "icu_locale 'sv' connection limit 40");
    server.execute("alter database " + name + " set search_path = public, \"$user\"");
    server.execute("comment on database " + name + " is 'ours'");
    const auto done = run({"db", "reset", confirm()});
    ASSERT_EQ(done.exit_code, 0) << done.err;
    EXPECT_EQ(db.value("select concat_ws(' ', daticulocale, datcollate, datconnlimit, shobj_description(oid, "
                       "'pg_database')) from pg_database where datname = current_database()"),
              "sv C 40 ours");
    EXPECT_EQ(db.value("show search_path"), "public, \"$user\"");
}

TEST_F(DatabaseLifecycle, ProductionIsNamedInTheRefusal)
{
    for (const auto* command : {"drop", "reset"}) {
        const auto refused = run({"db", command}, production);
        EXPECT_EQ(refused.exit_code, 2);
        EXPECT_THAT(refused.err, AllOf(HasSubstr("production"), HasSubstr(confirm())));
    }
    EXPECT_TRUE(exists());
}

TEST_F(DatabaseLifecycle, OnATerminalTheNameIsTypedUnlessNothingMayBeAsked)
{
    const std::map<std::string, std::string> there{{"DATABASE_URL", db.conninfo()}};
    const auto wrong = testing::run_on_terminal({"db", "drop"}, there, "yes\n");
    EXPECT_EQ(wrong.exit_code, 2);
    EXPECT_THAT(wrong.shown, AllOf(HasSubstr("Type the database's name"), HasSubstr("nothing was done")));
    const auto silent = testing::run_on_terminal({"db", "drop", "--no-input"}, there, db.name() + "\n");
    EXPECT_EQ(silent.exit_code, 2);
    auto in_production = production;
    in_production.insert(there.begin(), there.end());
    EXPECT_EQ(testing::run_on_terminal({"db", "drop"}, in_production, db.name() + "\n").exit_code, 2);
    EXPECT_TRUE(exists());

    EXPECT_EQ(testing::run_on_terminal({"db", "drop"}, there, db.name() + "\n").exit_code, 0);
    EXPECT_FALSE(exists());
}

TEST_F(DatabaseLifecycle, ADatabaseInUseIsDroppedWithForceOnly)
{
    auto session = db.plain();
    const auto refused = run({"db", "drop", confirm()});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.err, AllOf(HasSubstr("in use"), HasSubstr("--force")));
    EXPECT_TRUE(exists());
    EXPECT_EQ(run({"db", "drop", "--force", confirm()}).exit_code, 0);
    EXPECT_FALSE(exists());
}

TEST_F(DatabaseLifecycle, ResetLeavesAMigratedDatabaseWithoutTheOldContent)
{
    db.execute("create table old (id int)");
    const auto done = run({"db", "reset", confirm()});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_EQ(db.value("select to_regclass('old') is null and to_regclass('dashboards') is not null"), "t");
}

TEST_F(DatabaseLifecycle, PostgresOwnDatabasesAreLeftAlone)
{
    const auto url = testing::conninfo_with(testing::test_server(), {{"dbname", "template1"}});
    const auto done = run_backend({"db", "drop", "--confirm=template1"}, {{"DATABASE_URL", url}});
    EXPECT_EQ(done.exit_code, 2);
    EXPECT_THAT(done.err, HasSubstr("belongs to PostgreSQL itself"));
}

} // namespace
} // namespace lightdash
