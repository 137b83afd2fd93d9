// A standby takes over while every connection to the old primary stays open.
#include "pool_fixture.hpp"

namespace lightdash::pg {
namespace {

using testing::private_cluster;

std::string either(private_cluster& one, private_cluster& other)
{
    auto first = one.plain(), second = other.plain();
    const auto both = [&](const char* setting) {
        return first.value(std::string{"show "} + setting) + "," + second.value(std::string{"show "} + setting);
    };
    return "host=" + both("unix_socket_directories") + " port=" + both("port") +
           " user=postgres dbname=postgres target_session_attrs=read-write";
}

task<void> write_row(database& db)
{
    static const statement add{"failover.add", "INSERT INTO failover DEFAULT VALUES"};
    co_await db.transact({}, deadline::after(2s), [](transaction& tx) -> task<void> { co_await tx.execute(add); });
}

TEST(Failover, P17WritesGoToTheNewPrimaryWithinThreeSeconds)
{
    private_cluster old;
    old.plain().execute("CREATE TABLE failover (at timestamptz DEFAULT now())");
    private_cluster next{{.standby_of = old.conninfo()}};
    world w{{.min = 4, .max = 6, .lanes = 1}, either(old, next)};
    w.up();
    ASSERT_TRUE(w.turn_until([&] { return w.db->stats().idle == 4; }, 5s));
    w.run(write_row(*w.db));
    w.run(read_one(*w.db));
    auto at_old = old.plain(), at_next = next.plain();
    const auto there = [&](testing::plain_connection& at) { return at.value("SELECT count(*) FROM failover"); };
    ASSERT_TRUE(w.turn_until([&] { return there(at_next) == "1"; }, 10s));

    at_old.execute("ALTER SYSTEM SET default_transaction_read_only = on");
    at_old.execute("SELECT pg_reload_conf()");
    ASSERT_TRUE(w.turn_until([&] { return at_old.value("SHOW default_transaction_read_only") == "on"; }, 5s));
    ASSERT_EQ(at_next.value("SELECT pg_promote()"), "t");
    const auto promoted = std::chrono::steady_clock::now();
    const auto refused = failure_of([&] { w.run(write_row(*w.db)); });
    EXPECT_EQ(refused.kind(), error_kind::read_only);
    tally written;
    for (int i = 0; i < 20; ++i) {
        w.spawn(written, write_row(*w.db));
        w.spawn(written, read_one(*w.db));
    }
    ASSERT_TRUE(w.join());
    EXPECT_LT(std::chrono::steady_clock::now() - promoted, 3s);

    EXPECT_EQ(written.failures(), 0) << written.last_message;
    EXPECT_EQ(there(at_next), "21");
    EXPECT_EQ(there(at_old), "1");
    EXPECT_EQ(w.events_of(pool_event::kind::became_read_only), 1);
    EXPECT_EQ(w.events_of(pool_event::kind::went_down), 0);
    EXPECT_TRUE(w.turn_until([&] { return w.backends(at_old) == 0; }, 2s)) << "but for the lanes, which the reads left";
}

TEST(Failover, AReadOnlyServerIsNotConnectedToAgainForEveryRefusedWrite)
{
    private_cluster only{{.configuration = "default_transaction_read_only = on"}};
    only.plain().execute("BEGIN READ WRITE; CREATE TABLE failover (at timestamptz DEFAULT now()); COMMIT");
    world w{{.min = 2, .max = 4}, only.conninfo()};
    w.up();
    tally refused;
    for (int i = 0; i < 100; ++i)
        w.spawn(refused, write_row(*w.db));
    ASSERT_TRUE(w.join());
    EXPECT_EQ(refused.of(error_kind::read_only), 100) << refused.last_message;
    EXPECT_LE(w.db->stats().connects, 4U + 4U) << "renewed once a second";
}

} // namespace
} // namespace lightdash::pg
