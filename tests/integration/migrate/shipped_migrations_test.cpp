// Databases remember the checksums of the migrations that they have: a builder that writes another text would make them
// all look changed.
#include "lightdash/migrate/migration.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace lightdash::migrate {
namespace {

TEST(ShippedMigrations, KeepTheChecksumsOfWhatTheyDescribe)
{
    const auto known = registry::compiled_in();
    for (const auto& [name, checksum] : {
             std::pair{"003_create_projects_table", "302e1c5b2a8d4149f58472de2b067d9422336e7ccaba85cf5937869bc319ee3f"},
             std::pair{"005_create_dashboards_table",
                       "665e5d42aec8314e59ecf1182788672361d0d7322b6e4e72086931b753daa3be"},
             std::pair{"007_allow_tiles_without_chart",
                       "4f02e51e11eb3680abd159811a651afbae5bd11dc07305692bab5c5f160f3602"},
         }) {
        const auto* found = known.find(name);
        ASSERT_TRUE(found) << name;
        EXPECT_EQ(found->checksum, checksum) << name;
        EXPECT_TRUE(found->transaction) << name;
        for (const auto& statement : found->up)
            EXPECT_GT(statement.line, 0) << statement.text;
    }
}

} // namespace
} // namespace lightdash::migrate
