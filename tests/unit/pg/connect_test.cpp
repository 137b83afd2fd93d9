#include "pg/connection/connecting.hpp"
#include "pg/wire/conninfo.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace lightdash::pg {
namespace {

using namespace std::chrono_literals;
using progress = connect_line::progress;
using wish = connecting::wish;

// Says what a test wrote down, and opens another socket at every poll, as libpq may.
struct scripted_line final : connect_line {
    explicit scripted_line(std::vector<progress> s) : script(std::move(s)) {}
    progress poll() override
    {
        ++fd;
        return at < script.size() ? script[at++] : progress::failed;
    }
    int socket() const noexcept override { return no_socket ? -1 : fd; }
    std::string trouble() const override { return text; }
    connect_scope scope() const noexcept override { return servers; }
    std::size_t hosts() const override { return names.size(); }
    std::string host() const override { return names.front(); }
    void next_host() override
    {
        names.erase(names.begin());
        at = 0;
    }
    int server_version() const noexcept override { return version; }
    bool enter_pipeline() override { return pipeline; }

    std::vector<progress> script;
    std::vector<std::string> names{"h"};
    std::size_t at = 0;
    int fd = 3;
    int version = 150000;
    bool pipeline = true;
    bool no_socket = false;
    connect_scope servers = connect_scope::one_server;
    std::string text =
        "connection to server at \"h\", port 5432 failed: FATAL:  28P01: password authentication failed for user \"u\"";
};

const std::vector<progress> happy{progress::writing, progress::reading, progress::reading,
                                  progress::writing, progress::reading, progress::connected};
const auto start = deadline::clock::now();

connecting machine_for(scripted_line& line, deadline::clock::duration limit = 5s, deadline::clock::duration until = 30s)
{
    return {line, deadline::at(start + limit), deadline::at(start + until)};
}

TEST(ConnectTest, WaitsForWhatLibpqWaitsForUntilItIsConnected)
{
    scripted_line line{happy};
    auto machine = machine_for(line);
    std::vector<wish> wishes;
    do
        wishes.push_back(machine.step(start));
    while (wishes.back() == wish::readable || wishes.back() == wish::writable);
    EXPECT_EQ(wishes, (std::vector{wish::writable, wish::readable, wish::readable, wish::writable, wish::readable,
                                   wish::connected}));
}

TEST(ConnectTest, SaysWhyWhenLibpqFailsAtAnyStep)
{
    for (std::size_t step = 0; step < happy.size(); ++step) {
        auto script = happy;
        script[step] = progress::failed;
        scripted_line line{script};
        auto machine = machine_for(line);
        for (std::size_t i = 0; i < step; ++i)
            ASSERT_NE(machine.step(start), wish::failed) << step;
        ASSERT_EQ(machine.step(start), wish::failed) << step;
        EXPECT_EQ(machine.failure().kind(), error_kind::configuration) << step;
        EXPECT_EQ(machine.failure().sqlstate(), "28P01") << step;
        EXPECT_EQ(machine.step(start), wish::failed) << "and stays so";
        EXPECT_EQ(line.at, step + 1) << "without asking libpq again";
    }
}

TEST(ConnectTest, AnAddressThatIsAwayCountsOnlyWhereItIsAnotherServer)
{
    scripted_line line{{progress::failed}};
    line.text += "\nconnection to server at \"h\", port 5432 failed: Connection refused";
    auto same = machine_for(line);
    ASSERT_EQ(same.step(start), wish::failed);
    EXPECT_EQ(same.failure().kind(), error_kind::configuration);
    line.servers = connect_scope::several_servers;
    auto several = machine_for(line);
    ASSERT_EQ(several.step(start), wish::failed);
    EXPECT_EQ(several.failure().kind(), error_kind::database_unavailable);
}

TEST(ConnectTest, GivesUpAtItsLimitAtAnyStep)
{
    for (std::size_t step = 0; step < happy.size(); ++step) {
        scripted_line line{happy};
        auto machine = machine_for(line);
        for (std::size_t i = 0; i < step; ++i)
            ASSERT_NE(machine.step(start + 4999ms), wish::failed) << step;
        ASSERT_EQ(machine.step(start + 5s), wish::failed) << step;
        EXPECT_EQ(machine.failure().kind(), error_kind::database_unavailable) << step;
        EXPECT_EQ(line.at, step) << "libpq is not asked any more";
    }
}

TEST(ConnectTest, AHostThatDoesNotAnswerHasItsShareOfTheTimeAtAnyStep)
{
    for (std::size_t step = 1; step + 1 < happy.size(); ++step) {
        scripted_line line{happy};
        line.names = {"a", "b"};
        auto machine = machine_for(line);
        for (std::size_t i = 0; i < step; ++i)
            machine.step(start);
        EXPECT_EQ(machine.due().when(), start + 2500ms) << "half of it, counted once";
        EXPECT_EQ(machine.step(start + 2500ms), wish::writable) << "from the beginning";
        EXPECT_EQ(line.names, std::vector<std::string>{"b"});
        EXPECT_EQ(machine.due().when(), start + 5s) << "the last has all that is left";
        ASSERT_EQ(machine.step(start + 5s), wish::failed) << step;
        EXPECT_EQ(machine.failure().kind(), error_kind::database_unavailable) << step;
    }
}

TEST(ConnectTest, AHostHasItsShareFromTheTimeWhenLibpqComesToIt)
{
    scripted_line line{happy};
    line.names = {"refuses", "a", "b"};
    auto machine = machine_for(line, 6s);
    machine.step(start);
    EXPECT_EQ(machine.due().when(), start + 2s);
    line.names = {"a", "b", "refuses"};
    machine.step(start + 1500ms);
    EXPECT_EQ(machine.due().when(), start + 3s);
}

TEST(ConnectTest, TellsTheCallersDeadlineFromASlowServer)
{
    for (std::size_t step = 0; step < happy.size(); ++step) {
        scripted_line line{happy};
        auto machine = machine_for(line, 5s, 1s);
        EXPECT_EQ(machine.gives_up().when(), start + 1s);
        for (std::size_t i = 0; i < step; ++i)
            machine.step(start);
        ASSERT_EQ(machine.step(start + 1s), wish::failed) << step;
        EXPECT_EQ(machine.failure().kind(), error_kind::deadline_exceeded) << step;
    }
}

TEST(ConnectTest, FailsRatherThanWaitOnNoSocket)
{
    scripted_line line{happy};
    line.no_socket = true;
    auto machine = machine_for(line);
    EXPECT_EQ(machine.step(start), wish::failed);
}

TEST(ConnectTest, RefusesAServerThatIsTooOld)
{
    scripted_line line{{progress::connected}};
    line.version = 120011;
    auto machine = machine_for(line);
    ASSERT_EQ(machine.step(start), wish::failed);
    EXPECT_EQ(machine.failure().kind(), error_kind::configuration);
    EXPECT_NE(machine.failure().message().find("PostgreSQL 12"), std::string::npos);
    EXPECT_NE(machine.failure().message().find("13"), std::string::npos);
}

TEST(ConnectTest, FailsWhenThePipelineCannotBeEntered)
{
    scripted_line line{{progress::connected}};
    line.pipeline = false;
    auto machine = machine_for(line);
    EXPECT_EQ(machine.step(start), wish::failed);
}

conninfo info(const std::string& dsn, bool pooler = false)
{
    connection_options options;
    options.conninfo = secret{dsn};
    options.transaction_pooler = pooler;
    return conninfo::parse(options);
}

std::string setting(const conninfo& from, const std::string& name)
{
    const auto* found = from.find(name);
    return found ? *found : "(none)";
}

TEST(ConnectTest, AddsItsSettingsAndKeepsTheUsers)
{
    const auto plain = info("postgresql://u:p%40ss@db.example/app");
    EXPECT_EQ(setting(plain, "password"), "p@ss");
    EXPECT_EQ(
        setting(plain, "options"),
        "-c jit=off -c TimeZone=UTC -c DateStyle=ISO,\\ MDY -c client_encoding=UTF8 -c standard_conforming_strings=on "
        "-c IntervalStyle=postgres -c bytea_output=hex -c extra_float_digits=1 -c transform_null_equals=off "
        "-c array_nulls=on -c quote_all_identifiers=off -c xmloption=content");
    EXPECT_EQ(setting(plain, "client_encoding"), "UTF8");
    EXPECT_EQ(setting(plain, "tcp_user_timeout"), "15000");
    EXPECT_EQ(setting(plain, "fallback_application_name"), "lightdash-backend");

    const auto own = info("host=h options='-c search_path=a' tcp_user_timeout=1000 gssencmode=prefer");
    EXPECT_TRUE(setting(own, "options").starts_with("-c jit=off -c search_path=a -c TimeZone=UTC -c ")) << "ours count";
    EXPECT_EQ(setting(own, "tcp_user_timeout"), "1000");
    EXPECT_EQ(setting(own, "gssencmode"), "prefer");

    EXPECT_EQ(setting(info("host=h", true), "options"), "(none)");
}

TEST(ConnectTest, RefusesADsnThatCannotBeReadWithoutRepeatingIt)
{
    try {
        info("host=h hunter2");
        FAIL();
    } catch (const error& failure) {
        EXPECT_EQ(failure.kind(), error_kind::configuration);
        EXPECT_EQ((failure.message() + failure.detail()).find("hunter2"), std::string::npos);
    }
}

TEST(ConnectTest, ListsTheHostsInOrderAndTakesSomeOfThem)
{
    using endpoints = std::vector<conninfo::endpoint>;
    const auto three = info("host=a,/sock,b hostaddr=10.0.0.1,,10.0.0.2 port=1,2,3 user=u");
    EXPECT_EQ(three.endpoints(), (endpoints{{"a", "10.0.0.1", "1"}, {"/sock", "", "2"}, {"b", "10.0.0.2", "3"}}));
    const endpoints two{{"b", "10.0.0.2", "3"}, {"/sock", "", "2"}};
    EXPECT_EQ(three.only(two).endpoints(), two);
    EXPECT_EQ(setting(three.only(two), "user"), "u");
    EXPECT_EQ(info("host=a,b port=7").endpoints(), (endpoints{{"a", "", "7"}, {"b", "", "7"}}));
}

TEST(ConnectTest, LooksUpOnlyNames)
{
    EXPECT_FALSE(info("host=/run/postgresql").needs_resolution());
    EXPECT_FALSE(info("host=127.0.0.1,::1").needs_resolution());
    EXPECT_FALSE(info("host=db.example hostaddr=10.0.0.1").needs_resolution());
    EXPECT_TRUE(info("host=127.0.0.1,db.example").needs_resolution());
}

TEST(ConnectTest, PutsAddressesBesideNamesAndLeavesOutHostsWithoutOne)
{
    const auto found = info("host=/sock,no-such-host.invalid,127.0.0.2,localhost port=1,2,3,4").resolved();
    const auto hosts = setting(found, "host");
    const auto addresses = setting(found, "hostaddr");
    const auto ports = setting(found, "port");
    EXPECT_TRUE(hosts.starts_with("/sock,127.0.0.2,localhost")) << hosts;
    EXPECT_TRUE(addresses.starts_with(",,")) << addresses;
    EXPECT_NE(addresses.find("127.0.0.1"), std::string::npos) << addresses;
    EXPECT_TRUE(ports.starts_with("1,3,4")) << ports;
    EXPECT_EQ(std::ranges::count(hosts, ','), std::ranges::count(addresses, ','));
    EXPECT_EQ(std::ranges::count(hosts, ','), std::ranges::count(ports, ','));

    try {
        (void)info("host=no-such-host.invalid").resolved();
        FAIL();
    } catch (const error& failure) {
        EXPECT_EQ(failure.kind(), error_kind::database_unavailable);
    }
}

} // namespace
} // namespace lightdash::pg
