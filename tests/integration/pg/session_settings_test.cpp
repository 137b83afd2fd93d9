// Whatever changes what a value means is the program's, whoever said something else before.
#include "integration/pg/connection_fixture.hpp"
#include "pg/wire/session_settings.hpp"
#include "support/test_server.hpp"

#include <unistd.h>

#include <cstdlib>
#include <map>
#include <string>

namespace lightdash::pg {
namespace {

class SessionSettings : public connection_fixture {
protected:
    SessionSettings()
    {
        server.execute("create role " + role + " login password 'canary99'");
        for (const auto& [name, value] : others)
            server.execute("alter role " + role + " set " + name + " = '" + value + "'");
    }
    ~SessionSettings() override
    {
        server.execute("drop role " + role);
        for (const auto* name : {"PGTZ", "PGDATESTYLE", "PGOPTIONS", "PGCLIENTENCODING"})
            ::unsetenv(name);
    }

    std::string dsn(const std::string& more = "") const
    {
        return testing::conninfo_with(test_dsn(), {{"user", role}, {"password", "canary99"}}) + " " + more;
    }
    void expect_settled(const std::string& to)
    {
        auto made = run(open_to(to));
        static const statement look{"test.setting", "select current_setting($1)"};
        for (const auto& one : session_settings)
            EXPECT_EQ(value<std::string>(*made, look, std::string{one.name}), one.value) << one.name;
        control(*made, "reset all");
        static const statement noon{"test.noon", "select '2024-01-02 12:00+00'::timestamptz::timestamp"};
        EXPECT_EQ(value<timestamp>(*made, noon).utc, std::chrono::sys_days{std::chrono::January / 2 / 2024} + 12h)
            << "also afterwards";
    }

    const std::map<std::string, std::string> others{{"timezone", "Asia/Tokyo"},
                                                    {"datestyle", "SQL, DMY"},
                                                    {"intervalstyle", "sql_standard"},
                                                    {"client_encoding", "LATIN1"},
                                                    {"standard_conforming_strings", "off"},
                                                    {"bytea_output", "escape"},
                                                    {"extra_float_digits", "-15"},
                                                    {"transform_null_equals", "on"},
                                                    {"array_nulls", "off"},
                                                    {"quote_all_identifiers", "on"},
                                                    {"xmloption", "document"}};
    const std::string role = "session_settings_" + std::to_string(::getpid());
    testing::plain_connection server{test_dsn()};
};

TEST_F(SessionSettings, GoBeforeThoseOfTheRole)
{
    expect_settled(dsn());
}

TEST_F(SessionSettings, GoBeforeThoseOfTheConnectionStringAndTheEnvironment)
{
    expect_settled(dsn("options='-c timezone=Asia/Tokyo -c datestyle=German -c extra_float_digits=0'"));
    ::setenv("PGOPTIONS", "-c timezone=Asia/Tokyo -c standard_conforming_strings=off", 1);
    ::setenv("PGCLIENTENCODING", "LATIN1", 1);
    expect_settled(dsn());
}

// libpq sends these two so that they go before `options`.
TEST_F(SessionSettings, GoBeforeLibpqsOwnVariables)
{
    ::setenv("PGTZ", "Asia/Tokyo", 1);
    ::setenv("PGDATESTYLE", "German", 1);
    auto made = run(open_to(dsn()));
    static const statement look{"test.setting", "select current_setting($1)"};
    for (const auto& one : session_settings)
        EXPECT_EQ(value<std::string>(*made, look, std::string{one.name}), one.value) << one.name;
}

TEST_F(SessionSettings, LeaveWhatAnOperatorDecides)
{
    server.execute("alter role " + role + " set search_path = app");
    server.execute("alter role " + role + " set statement_timeout = '7s'");
    auto made = run(open_to(dsn("options='-c default_transaction_read_only=on'")));
    static const statement look{"test.setting", "select current_setting($1)"};
    EXPECT_EQ(value<std::string>(*made, look, std::string{"search_path"}), "app");
    EXPECT_EQ(value<std::string>(*made, look, std::string{"statement_timeout"}), "7s");
    EXPECT_EQ(value<std::string>(*made, look, std::string{"default_transaction_read_only"}), "on");
}

} // namespace
} // namespace lightdash::pg
