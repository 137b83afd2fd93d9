// What each light shows for which numbers.
#include "lightdash/core/units.hpp"
#include "lightdash/ops/inspect/health.hpp"
#include "lightdash/ops/inspect/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lightdash::ops {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t megabyte = 1024 * 1024;

TEST(Health, TheCacheIsJudgedByItsMissesOnceEnoughWasRead)
{
    const auto light = [](std::int64_t hit, std::int64_t read) {
        return judge_cache({"d", hit, read, 0, "128MB", true}).light;
    };
    EXPECT_EQ(light(10, 1000), health_light::ok);
    EXPECT_EQ(light(995'000, 5'000), health_light::ok);
    EXPECT_EQ(light(980'000, 20'000), health_light::warn);
    EXPECT_EQ(light(900'000, 100'000), health_light::bad);
    EXPECT_EQ(judge_cache({"d", 980'000, 20'000, 0, "128MB", true}).reason,
              "98.00 % of the blocks were found in shared_buffers (128MB).");
}

TEST(Health, WraparoundNamesTheTableToVacuum)
{
    wraparound_facts facts{"d", 150'000'000, 0, 200'000'000, "public.old"};
    EXPECT_EQ(judge_wraparound(facts).light, health_light::ok);
    facts.age = 450'000'000;
    EXPECT_EQ(judge_wraparound(facts).light, health_light::warn);
    EXPECT_THAT(judge_wraparound(facts).mend, HasSubstr("VACUUM (FREEZE, VERBOSE) public.old;"));
    facts.oldest_table.reset();
    EXPECT_EQ(judge_wraparound(facts).mend, "VACUUM (FREEZE, VERBOSE); -- in the database d");
    facts.multixact_age = 1'300'000'000;
    EXPECT_EQ(judge_wraparound(facts).light, health_light::bad);
}

TEST(Health, DeadRowsNameTheWorstTable)
{
    EXPECT_EQ(judge_dead_rows({}, true).light, health_light::ok);
    EXPECT_EQ(judge_dead_rows({}, false).light, health_light::bad);
    const auto some = judge_dead_rows({{"public.t", 70'000, 30'000, 2.0}, {"public.u", 10, 11'000, {}}}, true);
    EXPECT_EQ(some.light, health_light::warn);
    EXPECT_EQ(some.reason, "30 % of the rows of public.t are dead (30000), vacuumed 2d 0h ago (and 1 more).");
    EXPECT_EQ(some.mend, "VACUUM (ANALYZE, VERBOSE) public.t;");
    EXPECT_EQ(judge_dead_rows({{"public.t", 1'000'000, 2'000'000, {}}}, true).light, health_light::bad);
}

TEST(Health, BloatCountsOnlyWhereItIsWorthMending)
{
    EXPECT_EQ(judge_bloat({{"public.t", 50 * megabyte, 45 * megabyte}}).light, health_light::ok);
    EXPECT_EQ(judge_bloat({{"public.t", 500 * megabyte, 250 * megabyte}}).light, health_light::warn);
    EXPECT_EQ(judge_bloat({{"public.t", 3000 * megabyte, 2500 * megabyte}}).light, health_light::bad);
}

TEST(Health, ASequenceNearItsEndNamesTheColumnToWiden)
{
    EXPECT_EQ(judge_sequences({}).light, health_light::ok);
    sequence_facts facts{"public.t_id_seq", 0.8, "integer", "public.t.id", "public.t", "id"};
    EXPECT_EQ(judge_sequences({facts}).light, health_light::warn);
    EXPECT_EQ(judge_sequences({facts}).mend,
              "ALTER SEQUENCE public.t_id_seq AS bigint; ALTER TABLE public.t ALTER COLUMN "
              "id TYPE bigint; -- rewrites the table");
    facts.used = 0.95;
    EXPECT_EQ(judge_sequences({facts}).light, health_light::bad);
}

TEST(Health, ReplicationIsJudgedByTheWorstStandby)
{
    EXPECT_EQ(judge_replication({}, {}).light, health_light::ok);
    EXPECT_EQ(judge_replication({false, {}, true}, {}).light, health_light::unknown);
    EXPECT_EQ(judge_replication({true, 0.0, false}, {}).light, health_light::ok);
    EXPECT_EQ(judge_replication({true, {}, false}, {}).light, health_light::unknown);
    EXPECT_EQ(judge_replication({true, 700.0, false}, {}).light, health_light::bad);
    const auto worst =
        judge_replication({}, {{"a", "local", "streaming", 0, 0.1}, {"b", "local", "streaming", 0, 20.0}});
    EXPECT_EQ(worst.light, health_light::warn);
    EXPECT_THAT(worst.reason, HasSubstr("Standby b"));
}

TEST(Health, ASlotThatNobodyReadsHoldsBackTheLog)
{
    EXPECT_EQ(judge_slots({}).light, health_light::ok);
    EXPECT_EQ(judge_slots({{"s", true, "reserved", 5 * megabyte}}).light, health_light::ok);
    const auto unread = judge_slots({{"s", false, "extended", 5 * megabyte}});
    EXPECT_EQ(unread.light, health_light::warn);
    EXPECT_THAT(unread.mend, HasSubstr("pg_drop_replication_slot('s')"));
    EXPECT_EQ(judge_slots({{"s", false, "lost", 0}}).light, health_light::bad);
    EXPECT_EQ(judge_slots({{"s", false, "extended", 20'000 * megabyte}}).light, health_light::bad);
}

TEST(Health, SessionsThatHoldThingsUpAreNamedWithTheCommandThatEndsThem)
{
    activity_row row;
    row.pid = 7;
    row.kind = "client backend";
    row.state = "idle in transaction";
    row.seconds = 30;
    EXPECT_EQ(judge_idle_in_transaction({row}).light, health_light::ok);
    row.seconds = 61;
    EXPECT_EQ(judge_idle_in_transaction({row}).light, health_light::warn);
    EXPECT_EQ(judge_idle_in_transaction({row}).mend, "lightdash-backend db kill 7 --idle-in-transaction");
    row.seconds = 601;
    EXPECT_EQ(judge_idle_in_transaction({row}).light, health_light::bad);

    row.state = "active";
    row.transaction_seconds = 400;
    EXPECT_EQ(judge_long_transactions({row}).light, health_light::warn);
    row.blocked_by = {3};
    EXPECT_EQ(judge_waiting({row}).light, health_light::bad);
    EXPECT_EQ(judge_waiting({}).light, health_light::ok);
}

TEST(Health, ConnectionsAreJudgedByWhatIsNotReserved)
{
    EXPECT_EQ(judge_connections({50, 100, 3, 0, 47}).light, health_light::ok);
    EXPECT_EQ(judge_connections({80, 100, 3, 0, 17}).light, health_light::warn);
    EXPECT_EQ(judge_connections({96, 100, 3, 0, 1}).light, health_light::bad);
}

TEST(Health, DurationsAndSizesAreShort)
{
    EXPECT_EQ(short_duration(0.25), "250ms");
    EXPECT_EQ(short_duration(59.96), "59.9s");
    EXPECT_EQ(short_duration(200), "3m 20s");
    EXPECT_EQ(short_duration(7500), "2h 5m");
    EXPECT_EQ(short_duration(273'600), "3d 4h");
    EXPECT_EQ(short_size(8192), "8192 B");
    EXPECT_EQ(short_size(40'960), "40 kB");
    EXPECT_EQ(one_line(" a\n\t b  c "), "a b c");
}

} // namespace
} // namespace lightdash::ops
