#include "lightdash/migrate/plan.hpp"

#include "lightdash/migrate/migrate_error.hpp"
#include "lightdash/migrate/repair.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace lightdash::migrate {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

registry known_as(const std::vector<std::string>& names, std::string version = "unknown")
{
    registry known{std::move(version)};
    for (const auto& name : names) {
        migration made;
        made.name = name;
        made.up.push_back({"select 1", 0});
        made.down.push_back({"select 2", 0});
        made.checksum = "sum of " + name;
        known.add(made);
    }
    return known;
}

std::vector<applied_migration> applied_as(const std::vector<std::string>& names)
{
    std::vector<applied_migration> rows;
    for (const auto& name : names)
        rows.push_back(
            {static_cast<std::int64_t>(rows.size()) + 1, name, 1, "sum of " + name, "2026-01-01T00:00:00Z", 5});
    return rows;
}

std::vector<std::string> names_of(const std::vector<const migration*>& plan)
{
    std::vector<std::string> names;
    for (const auto* one : plan)
        names.push_back(one->name);
    return names;
}

std::string refusal(const registry& known, const std::vector<applied_migration>& history)
{
    try {
        plan_up(known, history);
    } catch (const migrate_error& refused) {
        EXPECT_EQ(refused.code(), exit_code::history);
        return refused.message();
    }
    return "accepted";
}

TEST(PlanUp, IsWhatIsMissingInOrder)
{
    const auto known = known_as({"1_a", "2_b", "3_c"});
    EXPECT_THAT(names_of(plan_up(known, {})), ElementsAre("1_a", "2_b", "3_c"));
    EXPECT_THAT(names_of(plan_up(known, applied_as({"1_a"}))), ElementsAre("2_b", "3_c"));
    EXPECT_THAT(plan_up(known, applied_as({"1_a", "2_b", "3_c"})), IsEmpty());
}

TEST(PlanUp, RefusesAChangedMigration)
{
    auto history = applied_as({"1_a"});
    history[0].checksum = "another";
    EXPECT_THAT(refusal(known_as({"1_a", "2_b"}), history), HasSubstr("1_a was changed after it was applied"));
}

TEST(PlanUp, RefusesAMissingMigration)
{
    EXPECT_THAT(refusal(known_as({"1_a", "3_c"}), applied_as({"1_a", "2_b"})),
                HasSubstr("2_b was applied to this database, but this program does not have it"));
}

TEST(PlanUp, RefusesAPendingMigrationBelowAnAppliedOne)
{
    EXPECT_EQ(refusal(known_as({"1_a", "2_b", "3_c"}), applied_as({"1_a", "3_c"})),
              "2_b is pending, but the later 3_c was applied already: give it a number after it.");
}

TEST(PlanUp, NamesEveryFaultInASentenceOfItsOwn)
{
    auto history = applied_as({"1_a", "4_d", "3_x"});
    history[0].checksum = "another";
    const auto said = refusal(known_as({"1_a", "2_b", "4_d"}), history);
    EXPECT_THAT(said, HasSubstr("1_a was changed"));
    EXPECT_THAT(said, HasSubstr("\n3_x was applied"));
    EXPECT_THAT(said, HasSubstr("\n2_b is pending"));
}

TEST(PlanUp, ToleratesANewerProgramsMigrationsWhileNothingIsPending)
{
    EXPECT_THAT(plan_up(known_as({"1_a"}), applied_as({"1_a", "2_b"})), IsEmpty());
    EXPECT_THAT(refusal(known_as({"1_a", "2_b"}), applied_as({"1_a", "3_c"})),
                HasSubstr("2_b is pending, but the later 3_c"));
}

TEST(PlanDown, IsTheLastAppliedWhateverItsNumber)
{
    const auto known = known_as({"1_a", "2_b"});
    EXPECT_EQ(plan_down(known, {}), nullptr);
    EXPECT_EQ(plan_down(known, applied_as({"2_b", "1_a"}))->name, "1_a");
}

TEST(PlanDown, RefusesWhatItCannotRevertExactly)
{
    const auto known = known_as({"1_a"});
    EXPECT_THROW(plan_down(known, applied_as({"1_a", "2_b"})), migrate_error);
    auto changed = applied_as({"1_a"});
    changed[0].checksum = "another";
    EXPECT_THROW(plan_down(known, changed), migrate_error);

    registry irreversible;
    auto one = known.all()[0];
    one.down.clear();
    irreversible.add(one);
    try {
        plan_down(irreversible, applied_as({"1_a"}));
        FAIL();
    } catch (const migrate_error& refused) {
        EXPECT_EQ(refused.code(), exit_code::other);
        EXPECT_THAT(refused.message(), HasSubstr("1_a cannot be reverted"));
    }
}

TEST(Status, TellsEveryStateInTheOrderOfTheNumbers)
{
    auto history = applied_as({"1_a", "2_b", "3_gone", "20_new"});
    history[1].checksum = "another";
    const auto rows = status_of(known_as({"1_a", "2_b", "10_c", "30_d"}), history);
    std::vector<std::string> told;
    for (const auto& row : rows)
        told.push_back(row.name + " " + std::string{to_string(row.state)});
    EXPECT_THAT(told, ElementsAre("1_a applied", "2_b changed", "3_gone missing", "10_c out-of-order", "20_new missing",
                                  "30_d pending"));
    EXPECT_EQ(rows[0].batch, 1);
    EXPECT_EQ(rows[0].took, std::chrono::milliseconds{5});
    EXPECT_EQ(rows[0].applied_at, "2026-01-01T00:00:00Z");
    EXPECT_EQ(rows[3].applied_at, "");
}

TEST(Pending, IgnoresWhatNewerProgramsApplied)
{
    EXPECT_THAT(names_of(pending_of(known_as({"1_a", "2_b"}), applied_as({"1_a", "9_z"}))), ElementsAre("2_b"));
}

TEST(PlanUp, PutsAnInterruptedMigrationFirst)
{
    const auto known = known_as({"1_a", "2_b", "3_c"});
    auto history = applied_as({"1_a", "2_b"});
    history[1].state = progress_state::applying;
    EXPECT_THAT(names_of(plan_up(known, history)), ElementsAre("2_b", "3_c"));
    EXPECT_EQ(interrupted_of(history), &history[1]);
    const auto rows = status_of(known, history);
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[1].state, migration_state::interrupted);
    EXPECT_EQ(rows[1].detail,
              "2_b was interrupted after 0 of 1 statements while it was applied: 'migrate' finishes it.");
    EXPECT_EQ(rows[2].state, migration_state::pending);
}

TEST(PlanUp, RefusesToGoOnWithAnInterruptedMigrationWhoseFileChanged)
{
    auto history = applied_as({"1_a"});
    history[0].state = progress_state::applying;
    history[0].checksum = "another";
    EXPECT_THAT(refusal(known_as({"1_a", "2_b"}), history), HasSubstr("its file was changed since"));
}

TEST(PlanUp, WhenStrictAlsoRefusesWhatCannotBeRevertedAndNewerPrograms)
{
    auto known = known_as({"1_a"});
    migration one_way;
    one_way.name = "2_b";
    one_way.up.push_back({"select 1", 0});
    known.add(one_way);
    EXPECT_NO_THROW(plan_up(known, {}));
    EXPECT_THROW(plan_up(known, {}, true), migrate_error);
    EXPECT_NO_THROW(plan_up(known_as({"1_a"}), applied_as({"1_a", "2_b"})));
    EXPECT_THROW(plan_up(known_as({"1_a"}), applied_as({"1_a", "2_b"}), true), migrate_error);
}

TEST(Status, TellsWhatIsPendingBeforeAnAppliedOneApart)
{
    const auto rows = status_of(known_as({"1_a", "2_b", "3_c", "4_d"}), applied_as({"1_a", "3_c"}));
    ASSERT_EQ(rows.size(), 4U);
    EXPECT_EQ(rows[1].state, migration_state::out_of_order);
    EXPECT_EQ(to_string(rows[1].state), "out-of-order");
    EXPECT_EQ(rows[1].detail, "2_b is pending, but the later 3_c was applied already: give it a number after it.");
    EXPECT_EQ(rows[3].state, migration_state::pending);
    EXPECT_EQ(rows[3].detail, "");
}

// By the versions of the programs; by the numbers only where these say nothing.
TEST(Status, TellsTheFileThatIsGoneFromTheMigrationOfANewerProgram)
{
    const auto known = known_as({"1_a", "3_c"}, "1.9.0");
    const auto state = [&](const std::string& name, const std::string& version) {
        auto history = applied_as({name});
        history[0].version = version;
        for (const auto& row : status_of(known, history))
            if (row.name == name)
                return row.state;
        throw std::runtime_error("no row");
    };
    for (const auto* version : {"1.10.0", "1.9.1", "2", "1.9.0.1", "10.0-beta"}) {
        EXPECT_EQ(state("9_z", version), migration_state::newer) << version;
        EXPECT_EQ(state("2_b", version), migration_state::newer) << version;
    }
    for (const auto* version : {"1.9.0", "1.8.9", "0.1.0", "1.9", "1.9.0-rc1"})
        EXPECT_EQ(state("9_z", version), migration_state::missing) << version;
    EXPECT_EQ(state("9_z", "adopted from knex"), migration_state::newer);
    EXPECT_EQ(state("2_b", "adopted from knex"), migration_state::missing);
    EXPECT_EQ(state("1_a", "2.0.0"), migration_state::applied);
}

TEST(Repair, NeverForgetsOrRenamesWhatANewerProgramApplied)
{
    const auto known = known_as({"1_a", "2_b"}, "1.0.0");
    auto history = applied_as({"1_a", "2_other", "3_c"});
    history[1].version = history[2].version = "1.1.0";
    EXPECT_THAT(plan_repair(known, history), IsEmpty());
    history[2].state = progress_state::applying; // nor what it was interrupted at
    EXPECT_THAT(plan_repair(known, history), IsEmpty());
    EXPECT_THAT(status_of(known, history).back().detail, HasSubstr("the newer program 1.1.0"));
    history[1].version = history[2].version = "1.0.0";
    EXPECT_EQ(plan_repair(known, history).size(), 2U);
}

TEST(PlanDown, SendsToTheNewerProgramForWhatItApplied)
{
    const auto known = known_as({"1_a"}, "1.0.0");
    auto history = applied_as({"1_a", "2_b"});
    history[1].version = "1.1.0";
    try {
        plan_down(known, history);
        FAIL();
    } catch (const migrate_error& refused) {
        EXPECT_EQ(refused.code(), exit_code::history);
        EXPECT_EQ(refused.message(), "2_b was applied by the newer program 1.1.0: use that program to revert it.");
    }
}

TEST(StatementsLeft, AreToldByTheirTexts)
{
    migration ours;
    for (const auto* text : {"new", "b", "a", "a"})
        ours.up.push_back({text, 0});
    applied_migration row;
    row.state = progress_state::applying;
    row.steps = 2;
    for (const auto* text : {"gone", "a", "b"})
        row.statements.push_back(statement_id(text));
    EXPECT_THAT(statements_left(ours, row), ElementsAre(0, 1, 3)); // "a" was done once
    row.steps = 0;
    EXPECT_THAT(statements_left(ours, row), ElementsAre(0, 1, 2, 3));
    row.steps = 2;
    row.statements.clear();
    EXPECT_THAT(statements_left(ours, row), ElementsAre(2, 3)); // an older program only counted
}

TEST(PlanDown, LeavesAHalfAppliedMigrationToMigrate)
{
    auto history = applied_as({"1_a"});
    history[0].state = progress_state::applying;
    const auto known = known_as({"1_a"});
    try {
        plan_down(known, history);
        FAIL();
    } catch (const migrate_error& refused) {
        EXPECT_EQ(refused.code(), exit_code::half_done);
    }
}

} // namespace
} // namespace lightdash::migrate
