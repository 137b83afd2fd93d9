// The rollbacks ask before everything goes.
#include "integration/app/migrate_commands.hpp"

#include <gmock/gmock.h>

namespace lightdash {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Rollback : public testing::migrate_commands {
protected:
    void SetUp() override
    {
        folder.migration("1_a", "create table a (x int);\ninsert into a select generate_series(1, 1000);",
                         "drop table a;");
        folder.migration("2_b", "create table b ();\n", "drop table b;");
        ASSERT_EQ(run_in({"migrate"}).exit_code, 0);
    }
    std::string applied() const { return db.value("select count(*) from lightdash_migrations"); }
};

TEST_F(Rollback, OfEverythingNamesWhatWillGoAndWantsTheDatabasesName)
{
    db.execute("analyze a");
    const auto asked = run_in({"rollback-all"});
    EXPECT_EQ(asked.exit_code, 2);
    EXPECT_THAT(asked.err, AllOf(HasSubstr("to be reverted: 2_b\nto be reverted: 1_a\n"),
                                 HasSubstr("Everything that 2 migrations made in the database " + db.name()),
                                 HasSubstr("a about 1000"), HasSubstr("--confirm=" + db.name())));
    EXPECT_EQ(run_in({"rollback-all", "--yes"}).exit_code, 2);
    EXPECT_EQ(run_in({"rollback-all", "--confirm", "another"}).exit_code, 2);
    EXPECT_EQ(applied(), "2");
    EXPECT_EQ(db.value("select count(*) from a"), "1000");

    const auto done = run_in({"rollback-all", "--confirm", db.name()});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_EQ(applied(), "0");
    EXPECT_EQ(run_in({"rollback-all"}).err, "Nothing to do: no migration is applied.\n");
}

TEST_F(Rollback, OfTheLastBatchAsksWhenThatIsEverything)
{
    const auto asked = run_in({"rollback-last", "--batch"});
    EXPECT_EQ(asked.exit_code, 2);
    EXPECT_THAT(asked.err, HasSubstr("--confirm=" + db.name()));
    EXPECT_EQ(applied(), "2");
    folder.migration("3_c", "create table c ();", "drop table c;");
    ASSERT_EQ(run_in({"migrate"}).exit_code, 0);
    EXPECT_EQ(run_in({"rollback-last", "--batch"}).exit_code, 0);
    EXPECT_EQ(applied(), "2");
    EXPECT_EQ(run_in({"rollback-last", "--batch", "--confirm", db.name()}).exit_code, 0);
    EXPECT_EQ(applied(), "0");
}

TEST_F(Rollback, OfOneOrAGivenNumberAsksNothing)
{
    EXPECT_THAT(run_in({"rollback-last"}).err, Not(HasSubstr("--confirm")));
    EXPECT_EQ(applied(), "1");
    ASSERT_EQ(run_in({"migrate"}).exit_code, 0);
    EXPECT_EQ(run_in({"rollback-last", "--steps", "2"}).exit_code, 0);
    EXPECT_EQ(applied(), "0");
}

TEST_F(Rollback, ThatCannotBeDoneIsRefusedBeforeAnybodyIsAsked)
{
    folder.migration("2_b", "create table b (edited int);\n", "drop table b;");
    const auto refused = run_in({"rollback-all"});
    EXPECT_EQ(refused.exit_code, 5);
    EXPECT_THAT(refused.err, Not(HasSubstr("--confirm")));
}

} // namespace
} // namespace lightdash
