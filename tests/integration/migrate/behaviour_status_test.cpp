// Files, the history and its status.
#include "integration/migrate/behaviour.hpp"
#include "lightdash/core/text_file.hpp"
#include "lightdash/migrate/code_migration.hpp"
#include "lightdash/migrate/folder.hpp"
#include "lightdash/migrate/new_migration.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace lightdash::migrate {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using Behaviour = behaviour;

std::filesystem::path fresh_folder()
{
    std::string name = std::filesystem::temp_directory_path() / "lightdash_behaviour_XXXXXX";
    return ::mkdtemp(name.data());
}

TEST_F(Behaviour, 1_1_StatusIsReadOnly)
{
    EXPECT_EQ(here.status(known_as({a})).size(), 1U);
    EXPECT_TRUE(untouched());
}

TEST_F(Behaviour, 1_2_NamesAreUniqueAndNothingIsNull)
{
    here.up(known_as({a}));
    EXPECT_THROW(db.execute("insert into lightdash_migrations (name, batch, checksum, duration_ms, version) values "
                            "('1_a', 1, 'x', 0, '1')"),
                 std::runtime_error);
    EXPECT_EQ(
        db.value("select count(*) from pg_attribute where attrelid = 'lightdash_migrations'::regclass and attnum > "
                 "0 and not attnotnull"),
        "0");
}

TEST_F(Behaviour, 1_3_ChecksumDurationUserAndVersionAreRecorded)
{
    here.up(known_as({made("1_a", "select pg_sleep(0.05);")}));
    EXPECT_EQ(db.value("select checksum ~ '^[0-9a-f]{64}$' and duration_ms >= 50 and applied_by = session_user and "
                       "version = '1.2.3' from lightdash_migrations"),
              "t");
}

TEST_F(Behaviour, 1_4_TimesAreOfTheServersClock)
{
    const auto before = db.value("select clock_timestamp()");
    here.up(known_as({a}));
    EXPECT_EQ(db.value("select applied_at between '" + before + "' and clock_timestamp() from lightdash_migrations"),
              "t");
}

TEST_F(Behaviour, 1_6_NamesOfFilesAreMadeOfWordsAndNeverLeaveTheFolder)
{
    EXPECT_EQ(migration_words("two words"), "two_words");
    EXPECT_THROW(migration_words("../up"), error);
}

TEST_F(Behaviour, 1_7_AFileIsNeverWrittenOver)
{
    const auto folder = fresh_folder();
    const auto first = create_migration("add users", {.folder = folder, .sql = true});
    std::ofstream{first} << "mine";
    EXPECT_THROW(create_migration("add users", {.folder = folder, .sql = true}), error);
    EXPECT_EQ(read_text_file(first), "mine");
    EXPECT_FALSE(write_new_file(first, "yours"));
    std::filesystem::remove_all(folder);
}

TEST_F(Behaviour, 1_10_AnEmptyMigrationIsAnError)
{
    EXPECT_THROW(known_as({describe_migration("migrations/1_a.cpp", [](schema_builder&) {})}), error);
    EXPECT_THROW(made("1_a", "-- nothing yet"), error);
}

TEST_F(Behaviour, 1_12_StatusHasBatchTimeDurationAndState)
{
    here.up(known_as({a}));
    const auto rows = here.status(known_as({a, b}));
    EXPECT_EQ(rows[0].batch, 1);
    EXPECT_THAT(rows[0].applied_at, Not(IsEmpty()));
    EXPECT_GE(rows[0].took.count(), 0);
    EXPECT_EQ(rows[1].state, migration_state::pending);
}

TEST_F(Behaviour, 1_14_StatusIsAStructureAndOneMissingAndOnePendingAreNotNothing)
{
    here.up(known_as({a}));
    const auto rows = here.status(known_as({b}));
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].state, migration_state::missing);
    EXPECT_EQ(rows[1].state, migration_state::pending);
}

TEST_F(Behaviour, 1_16_FilesThatAreNoMigrationsAreListed)
{
    const auto folder = fresh_folder();
    std::ofstream{folder / "README.md"} << "text";
    std::ofstream{folder / "1_a.sql"} << "-- migrate:up\nselect 1;\n-- migrate:down\n";
    std::filesystem::create_directory(folder / "05_dir.sql");
    const auto found = read_folder(folder, "1");
    EXPECT_THAT(found.skipped, ElementsAre("05_dir.sql", "README.md"));
    EXPECT_EQ(found.known.all().size(), 1U);
    std::filesystem::remove_all(folder);
}

TEST_F(Behaviour, 1_17_NumbersAreSortedAsNumbersAndAmbiguousOnesRefused)
{
    const auto known = known_as({made("10_x", "select 1;"), made("2_x", "select 1;")});
    EXPECT_EQ(known.all().front().name, "2_x");
    EXPECT_THROW(known_as({made("01_a", "select 1;"), made("1_b", "select 1;")}), migrate_error);
}

TEST_F(Behaviour, 1_19_DuplicatesAreRefusedBeforeTheDatabaseIsTouched)
{
    const auto failure = failure_of([&] { known_as({a, made("01_a", "create table a2 ();")}); });
    EXPECT_EQ(failure.code(), exit_code::history);
    EXPECT_TRUE(untouched());
}

TEST_F(Behaviour, 1_21_ASchemaThatIsMissingIsToldWithWhatToDo)
{
    auto elsewhere = db.connection();
    elsewhere.conninfo = secret{lightdash::testing::conninfo_with(db.conninfo(), {{"options", "-csearch_path=meta"}})};
    migrating there{elsewhere};
    const auto failure = failure_of([&] { there.up(known_as({made("1_a", "select 1;")})); });
    EXPECT_EQ(failure.code(), exit_code::failed);
    EXPECT_THAT(failure.message(), HasSubstr("create the schema first (CREATE SCHEMA), or correct search_path"));
    db.execute("create schema meta");
    EXPECT_EQ(there.up(known_as({made("1_a", "select 1;")})), 1U);
    EXPECT_EQ(db.value("select to_regclass('meta.lightdash_migrations') is not null"), "t");
    EXPECT_TRUE(untouched());
}

TEST_F(Behaviour, 1_23_TheHistoryIsFoundFurtherDownTheSearchPathAndNoMigrationMovesThePathBelowIt)
{
    here.up(known_as({a}));
    db.execute("create schema one; alter database " + db.name() + " set search_path = one, public");
    migrating later{db};
    const auto known = known_as({a, made("2_b", "set search_path = nowhere;")});
    EXPECT_EQ(later.up(known), 1U);
    EXPECT_THAT(db.column("select name from public.lightdash_migrations order by id"), ElementsAre("1_a", "2_b"));
    EXPECT_EQ(db.value("select to_regclass('one.lightdash_migrations') is null"), "t");
}

TEST_F(Behaviour, 1_25_ARoleThatMayOnlyReadSeesTheStatus)
{
    here.up(known_as({a}));
    const auto role = "reader_" + db.name().substr(db.name().rfind('_') + 1);
    db.execute("create role " + role + " login; grant select on lightdash_migrations to " + role);
    auto as_reader = db.connection();
    as_reader.conninfo = secret{lightdash::testing::conninfo_with(db.conninfo(), {{"user", role}})};
    {
        migrating reader{as_reader};
        EXPECT_EQ(reader.status(known_as({a, b}))[0].state, migration_state::applied);
        EXPECT_EQ(failure_of([&] { reader.up(known_as({a, b})); }).code(), exit_code::failed);
    }
    db.execute("drop owned by " + role + "; drop role " + role);
    EXPECT_THAT(history(), ElementsAre("1_a"));
}

TEST_F(Behaviour, 1_27_EachMigrationIsToldWithItsTimeAsItHappens)
{
    std::vector<std::string> told;
    here.up(known_as({a, b}), {.on_step = [&](const progress& step) {
                told.push_back(step.name + (there(step.name.substr(2)) ? " is there" : " is not there"));
            }});
    EXPECT_THAT(told, ElementsAre("1_a is there", "2_b is there"));
}

} // namespace
} // namespace lightdash::migrate
