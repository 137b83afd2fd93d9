// Counting and copying for hours: no limit of the role's on time ends it, and no policy hides a row.
#include "lightdash/ops/backup.hpp"
#include "support/test_database.hpp"
#include "support/test_pool.hpp"

#include <gtest/gtest.h>

namespace lightdash::ops {
namespace {

TEST(BackupPatience, HoldsForItsTransactionWhateverTheRoleIsLimitedTo)
{
    const auto db = testing::test_database::empty();
    db.execute("alter database " + testing::sql_name(db.name()) + " set statement_timeout = '7s'; alter database " +
               testing::sql_name(db.name()) + " set lock_timeout = '7s'");
    testing::test_pool pool{db.connection()};
    static const pg::statement show{"test.show", "select concat_ws(' ', current_setting('statement_timeout'), "
                                                 "current_setting('lock_timeout'), current_setting('row_security'))"};
    std::string before, inside;
    const auto work = [&]() -> task<void> {
        auto tx = co_await pool.database.begin({}, deadline::after(std::chrono::seconds{20}));
        before = co_await tx.one<std::string>(show);
        co_await lift_limits(tx);
        inside = co_await tx.one<std::string>(show);
        co_await tx.rollback();
    };
    pool.run(work());
    EXPECT_EQ(before, "7s 7s on");
    EXPECT_EQ(inside, "0 0 off");
}

} // namespace
} // namespace lightdash::ops
