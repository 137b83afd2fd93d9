// The tests of this folder, and one per case of tests/golden/sql/knex-cases.json. --summary counts and lists the twins.
#include "support/knex_twins.hpp"

#include <gtest/gtest.h>

#include <iostream>
#include <string_view>

int main(int argc, char** argv)
{
    if (argc == 2 && std::string_view{argv[1]} == "--summary") {
        std::cout << lightdash::testing::knex_summary();
        return 0;
    }
    ::testing::InitGoogleTest(&argc, argv);
    lightdash::testing::register_knex_tests();
    return RUN_ALL_TESTS();
}
