#include "lightdash/pg/connection_target.hpp"

#include "lightdash/core/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <unistd.h>
#include <utility>
#include <vector>

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

// A service file, and variables of the environment, for the time of one test.
class ConnectionTargetOfAService : public ::testing::Test {
protected:
    ConnectionTargetOfAService()
    {
        std::ofstream{file} << "[shop]\nhost=db.example.com\nport=5433\nuser=ada\npassword=canary99\n"
                               "dbname=shop_live\noptions=-c search_path=app\nsslmode=verify-full\n"
                               "target_session_attrs=read-write\n";
        set("PGSERVICEFILE", file);
    }
    ~ConnectionTargetOfAService() override
    {
        for (const auto& name : names)
            ::unsetenv(name.c_str());
        std::remove(file.c_str());
    }
    void set(const std::string& name, const std::string& value)
    {
        ::setenv(name.c_str(), value.c_str(), 1);
        names.push_back(name);
    }

    static void expect_shop(const connection_target& made)
    {
        EXPECT_EQ(made.host, "db.example.com");
        EXPECT_EQ(made.port, "5433");
        EXPECT_EQ(made.user, "ada");
        EXPECT_EQ(made.database, "shop_live");
        EXPECT_EQ(made.place(), "shop_live on db.example.com:5433");
        EXPECT_EQ(made.password.reveal(), "canary99");
        EXPECT_THAT(made.arguments, HasSubstr("options='-c search_path=app'"));
        EXPECT_THAT(made.arguments, HasSubstr("sslmode='verify-full'"));
        EXPECT_THAT(made.arguments, HasSubstr("target_session_attrs='read-write'"));
        EXPECT_THAT(made.arguments, Not(HasSubstr("canary")));
        EXPECT_THAT(made.arguments, Not(HasSubstr("service")));
    }

    const std::string file = ::testing::TempDir() + "lightdash_services_" + std::to_string(::getpid());
    std::vector<std::string> names;
};

TEST_F(ConnectionTargetOfAService, IsWhatLibpqResolves)
{
    expect_shop(target_of(secret{"service=shop"}));
    expect_shop(target_of(secret{"postgresql://?service=shop"}));
    set("PGSERVICE", "shop");
    expect_shop(target_of(secret{"postgresql://"}));
}

TEST_F(ConnectionTargetOfAService, GoesBeforeTheVariablesAndBehindTheStringItself)
{
    for (const auto& [name, value] : {std::pair{"PGDATABASE", "wrong"},
                                      {"PGPORT", "1"},
                                      {"PGOPTIONS", "-c wrong=1"},
                                      {"PGSSLMODE", "disable"},
                                      {"PGPASSWORD", "wrong"},
                                      {"PGHOST", "wrong"}})
        set(name, value);
    expect_shop(target_of(secret{"service=shop"}));
    const auto made = target_of(secret{"service=shop dbname=other port=9 options='-c search_path=b' sslmode=require"});
    EXPECT_EQ(made.place(), "other on db.example.com:9");
    EXPECT_THAT(made.arguments, HasSubstr("options='-c search_path=b'"));
    EXPECT_THAT(made.arguments, HasSubstr("sslmode='require'"));
    EXPECT_EQ(target_of(secret{"user=ada host=h"}).place(), "wrong on h:1");
    EXPECT_EQ(target_of(secret{"user=ada host=h"}).password.reveal(), "wrong");
}

TEST_F(ConnectionTargetOfAService, KeepsEverythingButTheNameForAnotherDatabase)
{
    const auto made = target_of(with_database(secret{"service=shop"}, "shop_copy"));
    EXPECT_EQ(made.place(), "shop_copy on db.example.com:5433");
    EXPECT_THAT(made.arguments, HasSubstr("options='-c search_path=app'"));
}

TEST_F(ConnectionTargetOfAService, ThatIsNotThereIsNamed)
{
    try {
        target_of(secret{"service=shops"});
        FAIL();
    } catch (const error& failure) {
        EXPECT_EQ(failure.kind(), error_kind::configuration);
        EXPECT_THAT(failure.message(), HasSubstr("\"shops\""));
        EXPECT_EQ(failure.connect_fault(), connect_fault::bad_service);
    }
    set("PGSERVICEFILE", "/nonexistent/services");
    EXPECT_THROW(target_of(secret{"service=shop"}), error);
}

TEST(ConnectionTarget, IsShownWithItsHostsOrAsThisMachine)
{
    EXPECT_EQ(target_of(secret{"host=/run/postgresql dbname=d"}).place(), "d on this machine (port 5432)");
    EXPECT_EQ(target_of(secret{"host=a,b port=1,2 dbname=d"}).place(), "d on a,b (port 1,2)");
    EXPECT_EQ(target_of(secret{"host=::1 dbname=d"}).place(), "d on [::1]:5432");
    EXPECT_EQ(target_of(secret{"hostaddr=127.0.0.1 dbname=d"}).place(), "d on 127.0.0.1:5432");
}

TEST(ConnectionTarget, TakesTheRolesNameForADatabaseThatIsNotNamed)
{
    EXPECT_EQ(target_of(secret{"postgresql://ada@db.example.com"}).database, "ada");
}

std::string refusal_of(const std::string& text)
{
    try {
        target_of(secret{text});
    } catch (const error& failure) {
        EXPECT_EQ(failure.kind(), error_kind::configuration);
        EXPECT_THAT(failure.message() + failure.detail(), Not(HasSubstr("canary")));
        return failure.message();
    }
    ADD_FAILURE() << text << " was accepted";
    return {};
}

TEST(ConnectionTarget, NamesAParameterThatLibpqDoesNotKnow)
{
    EXPECT_THAT(refusal_of("postgresql://u:canary@h/d?sslmod=require"), HasSubstr("\"sslmod\"; did you mean sslmode?"));
    EXPECT_THAT(refusal_of("postgresql://u:canary@h/d?sslmode=require&schema=public"), HasSubstr("\"schema\""));
    EXPECT_THAT(refusal_of("postgresql://h/d?pgbouncer=true"), HasSubstr("\"pgbouncer\""));
    EXPECT_THAT(refusal_of("host=h passwort=canary dbname=d"), HasSubstr("\"passwort\"; did you mean password?"));
}

TEST(ConnectionTarget, RepeatsNothingThatMayBePartOfAPassword)
{
    for (const auto* text : {"postgresql://u:p@ss?canary=x@h/d", "postgresql://u:pw?canary=1",
                             "host=h password=my canary=3", "postgresql://u:canary%zz@h/d", "host=h canary"})
        EXPECT_THAT(refusal_of(text), HasSubstr("neither a PostgreSQL URL nor")) << text;
}

TEST(ConnectionTarget, NamesAnAtInUserOrPassword)
{
    EXPECT_THAT(refusal_of("postgresql://ada@example.com:canary@h/d"), HasSubstr("the user or the password"));
    EXPECT_THAT(refusal_of("postgresql://ada:p@canary@h/d"), HasSubstr("the user or the password"));
    EXPECT_EQ(target_of(secret{"postgresql://ada%40example.com:x@h/d"}).user, "ada@example.com");
}

TEST(ConnectionTarget, TellsOfAKeysPasswordWithoutRepeatingIt)
{
    const auto made = target_of(secret{"host=x sslpassword=canary"});
    EXPECT_TRUE(made.key_has_password);
    EXPECT_THAT(made.arguments, Not(HasSubstr("canary")));
    EXPECT_FALSE(target_of(secret{"host=x"}).key_has_password);
}

TEST(ConnectionTarget, NamesAnotherDatabaseOfTheSameServer)
{
    const auto other = with_database(secret{"postgresql://ada:it%27s@h1,h2:5433/engines"}, "it's \\ else");
    EXPECT_EQ(other.reveal(), R"(user='ada' password='it\'s' host='h1,h2' port=',5433' dbname='it\'s \\ else')");
    EXPECT_EQ(target_of(other).database, "it's \\ else");
}

} // namespace
} // namespace lightdash::pg
