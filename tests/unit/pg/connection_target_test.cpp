#include "lightdash/pg/connection_target.hpp"

#include "lightdash/core/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lightdash::pg {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ConnectionTarget, KeepsThePasswordOutOfTheArguments)
{
    for (const auto* given :
         {"postgresql://ada:canary%4099@db.example.com:5433/engines?sslmode=require",
          "host=db.example.com port=5433 user=ada password=canary@99 dbname=engines sslmode=require"}) {
        const auto made = target_of(secret{given});
        EXPECT_EQ(made.host, "db.example.com");
        EXPECT_EQ(made.database, "engines");
        EXPECT_EQ(made.password.reveal(), "canary@99");
        EXPECT_THAT(made.arguments, Not(HasSubstr("canary")));
        EXPECT_THAT(made.arguments, HasSubstr("sslmode='require'"));
    }
}

TEST(ConnectionTarget, TakesTheRolesNameForADatabaseThatIsNotNamed)
{
    EXPECT_EQ(target_of(secret{"postgresql://ada@db.example.com"}).database, "ada");
}

TEST(ConnectionTarget, RefusesWhatPgDumpCannotBeGivenSecretly)
{
    EXPECT_THROW(target_of(secret{"host=x sslpassword=canary"}), error);
}

TEST(ConnectionTarget, NamesAnotherDatabaseOfTheSameServer)
{
    const auto other = with_database(secret{"postgresql://ada:it%27s@h1,h2:5433/engines"}, "it's \\ else");
    EXPECT_EQ(other.reveal(), R"(user='ada' password='it\'s' host='h1,h2' port=',5433' dbname='it\'s \\ else')");
    EXPECT_EQ(target_of(other).database, "it's \\ else");
}

} // namespace
} // namespace lightdash::pg
