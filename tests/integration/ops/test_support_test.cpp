// The tests' own tools must be right before what they find can be believed.
#include "support/fault_proxy.hpp"
#include "support/private_cluster.hpp"
#include "support/test_database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <stdexcept>
#include <thread>

namespace lightdash::testing {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

TEST(TestDatabase, EachOneIsItsOwnAndIsDroppedAfterwards)
{
    std::string name;
    {
        const auto one = test_database::empty();
        const auto other = test_database::empty();
        name = one.name();
        EXPECT_NE(one.name(), other.name());
        one.execute("CREATE TABLE t AS SELECT 7 AS n");
        EXPECT_EQ(one.value("SELECT n FROM t"), "7");
        EXPECT_EQ(other.value("SELECT to_regclass('t')"), "");
    }
    EXPECT_EQ(plain_connection{test_server()}.value("SELECT 1 FROM pg_database WHERE datname = " + sql_literal(name)),
              "");
}

TEST(TestDatabase, ItIsDroppedWithAConnectionStillOpen)
{
    auto database = std::make_unique<test_database>(test_database::empty());
    auto open = database->plain();
    EXPECT_EQ(database->terminate_connections(), 1U);
    auto another = database->plain();
    const auto name = database->name();
    database.reset();
    EXPECT_EQ(plain_connection{test_server()}.value("SELECT 1 FROM pg_database WHERE datname = " + sql_literal(name)),
              "");
}

TEST(TestDatabase, ARefusedStatementIsAnExceptionWithTheServersWords)
{
    EXPECT_THROW(test_database::empty().execute("SELECT * FROM nowhere"), std::runtime_error);
}

TEST(PrivateCluster, ItComesBackAfterBeingKilledAndAfterLosingABackend)
{
    private_cluster cluster{{.tcp = true, .configuration = "max_connections = 12"}};
    EXPECT_EQ(cluster.plain().value("SHOW max_connections"), "12");
    EXPECT_EQ(plain_connection{cluster.conninfo("postgres", true)}.value("SELECT host(inet_server_addr())"),
              "127.0.0.1");

    auto open = cluster.plain();
    cluster.kill();
    EXPECT_FALSE(cluster.running());
    EXPECT_THROW(open.value("SELECT 1"), std::runtime_error);
    cluster.start();
    EXPECT_EQ(cluster.plain().value("SELECT 1"), "1");

    auto victim = cluster.plain();
    cluster.kill_a_backend();
    EXPECT_THROW(for (const auto until = clock::now() + 5s; clock::now() < until;) victim.value("SELECT 1"),
                 std::runtime_error);
    cluster.stop();
    EXPECT_FALSE(cluster.running());
}

TEST(PrivateCluster, AFrozenOneAnswersNothingUntilItThaws)
{
    private_cluster cluster;
    auto open = cluster.plain();
    cluster.freeze();
    auto answer = std::async(std::launch::async, [&] { return open.value("SELECT 1"); });
    EXPECT_EQ(answer.wait_for(200ms), std::future_status::timeout);
    cluster.thaw();
    EXPECT_EQ(answer.get(), "1");
}

TEST(FaultProxy, ItPassesCountsRefusesAndListensAgain)
{
    auto proxy = fault_proxy::before(test_server());
    {
        plain_connection through{proxy.conninfo()};
        EXPECT_EQ(through.value("SELECT 1"), "1");
        EXPECT_EQ(proxy.open(), 1U);
        EXPECT_GT(proxy.forwarded(fault_proxy::direction::to_client), 0U);
    }
    proxy.refuse();
    EXPECT_THROW(plain_connection{proxy.conninfo()}, std::runtime_error);
    EXPECT_EQ(proxy.accepted(), 1U);
    proxy.accept();
    EXPECT_EQ(plain_connection{proxy.conninfo()}.value("SELECT 1"), "1");
    EXPECT_EQ(proxy.accepted(), 2U);
}

TEST(FaultProxy, AStalledOneHoldsBytesBackAndLosesNone)
{
    auto proxy = fault_proxy::before(test_server());
    plain_connection through{proxy.conninfo()};
    proxy.stall();
    auto answer = std::async(std::launch::async, [&] { return through.value("SELECT 'late'"); });
    EXPECT_EQ(answer.wait_for(200ms), std::future_status::timeout);
    proxy.resume();
    EXPECT_EQ(answer.get(), "late");
}

TEST(FaultProxy, ItClosesAndResetsWhatIsOpen)
{
    auto proxy = fault_proxy::before(test_server());
    plain_connection closed{proxy.conninfo()};
    proxy.close_all();
    EXPECT_THROW(closed.value("SELECT 1"), std::runtime_error);
    plain_connection reset{proxy.conninfo()};
    proxy.reset_all();
    EXPECT_THROW(reset.value("SELECT 1"), std::runtime_error);
    EXPECT_EQ(proxy.open(), 0U);
}

TEST(FaultProxy, ItCutsAnAnswerAfterTheGivenNumberOfBytes)
{
    auto proxy = fault_proxy::before(test_server());
    plain_connection through{proxy.conninfo()};
    const auto before = proxy.forwarded(fault_proxy::direction::to_client);
    proxy.cut_after(fault_proxy::direction::to_client, 100);
    EXPECT_THROW(through.value("SELECT repeat('x', 10000)"), std::runtime_error);
    EXPECT_EQ(proxy.forwarded(fault_proxy::direction::to_client) - before, 100U);
    proxy.never_cut();
    EXPECT_EQ(plain_connection{proxy.conninfo()}.value("SELECT 1"), "1");
}

} // namespace
} // namespace lightdash::testing
