// The units that `backup --schedule` prints: every name in them stands for itself.
#include "app/commands/backup/backup_schedule.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lightdash::app {
namespace {

using ::testing::HasSubstr;

TEST(BackupSchedule, PlainNamesStandAsTheyAre)
{
    const auto text = schedule_text("/usr/bin/lightdash-backend", "lightdash", "/var/backups/", 7);
    EXPECT_THAT(text, HasSubstr("\nExecStart=/usr/bin/lightdash-backend backup /var/backups/ --keep 7\n"));
    EXPECT_THAT(text, HasSubstr("\nReadWritePaths=/var/backups/\n"));
    EXPECT_THAT(text, HasSubstr("\nDescription=Back up the database lightdash\n"));
}

TEST(BackupSchedule, PercentDollarBlanksAndQuotesAreEscapedAsSystemdReadsThem)
{
    const auto text = schedule_text("/opt/my app/100%/backend", "50%\nof it", "/srv/$HOME/a \"b\"/%n\\c/", 7);
    EXPECT_THAT(text, HasSubstr("\nExecStart=\"/opt/my app/100%%/backend\" backup "
                                "\"/srv/$$HOME/a \\\"b\\\"/%%n\\\\c/\" --keep 7\n"));
    EXPECT_THAT(text, HasSubstr("\nReadWritePaths=\"/srv/$HOME/a \\\"b\\\"/%%n\\\\c/\"\n"));
    EXPECT_THAT(text, HasSubstr("\nDescription=Back up the database 50%% of it\n"));
}

} // namespace
} // namespace lightdash::app
