// The tests of this folder, and one per case of tests/golden/sql/knex-cases.json.
#include "support/knex_twins.hpp"

#include <gtest/gtest.h>

int main(int argc, char** argv)
{
    ::testing::InitGoogleTest(&argc, argv);
    lightdash::testing::register_knex_tests();
    return RUN_ALL_TESTS();
}
