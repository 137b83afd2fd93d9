#include "lightdash/core/counted.hpp"

#include <gtest/gtest.h>

namespace lightdash {
namespace {

TEST(Counted, OneIsSingularAndEveryOtherNumberPlural)
{
    EXPECT_EQ(counted(1, "migration"), "1 migration");
    EXPECT_EQ(counted(0, "migration"), "0 migrations");
    EXPECT_EQ(counted(12, "foreign key"), "12 foreign keys");
}

TEST(Counted, SpellsTheRegularPlurals)
{
    EXPECT_EQ(counted(2, "query"), "2 queries");
    EXPECT_EQ(counted(2, "index"), "2 indexes");
    EXPECT_EQ(counted(2, "class"), "2 classes");
    EXPECT_EQ(counted(2, "batch"), "2 batches");
    EXPECT_EQ(counted(2, "y"), "2 ys");
}

} // namespace
} // namespace lightdash
