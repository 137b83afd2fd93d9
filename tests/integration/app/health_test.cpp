// db health where there is something to say: a real standby and its slot, a bloated table, a sequence near its end.
#include "support/backend_process.hpp"
#include "support/private_cluster.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <thread>

namespace lightdash {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::private_cluster;
using testing::run_backend;

struct light {
    std::string colour, reason, mend;
};

light light_of(const private_cluster& cluster, std::string_view name)
{
    const auto done = run_backend({"db", "health", "--json"}, {{"DATABASE_URL", cluster.conninfo()}});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    const auto items = boost::json::parse(done.out);
    for (const auto& item : items.as_array())
        if (item.at("name").as_string() == name)
            return {std::string{item.at("light").as_string()}, std::string{item.at("reason").as_string()},
                    std::string{item.at("mend").as_string()}};
    ADD_FAILURE() << "no " << name << " in " << done.out;
    return {};
}

void wait_until(const private_cluster& on, const std::string& condition)
{
    auto db = on.plain();
    for (int i = 0; i < 2000 && db.value("select " + condition) != "t"; ++i)
        std::this_thread::sleep_for(10ms);
    ASSERT_EQ(db.value("select " + condition), "t") << condition;
}

class Health : public ::testing::Test {
protected:
    static void SetUpTestSuite() { primary.emplace(); }
    static void TearDownTestSuite() { primary.reset(); }

    static inline std::optional<private_cluster> primary;
};

TEST_F(Health, AStandbyIsJudgedFromBothSidesAndItsSlotOnceItIsGone)
{
    EXPECT_EQ(light_of(*primary, "replication").reason, "No standby is connected.");
    EXPECT_EQ(light_of(*primary, "replication_slots").reason, "There are no replication slots.");

    private_cluster standby{{.standby_of = primary->conninfo(), .slot = "its_slot"}};
    wait_until(*primary, "exists (select from pg_stat_replication where state = 'streaming' "
                         "and replay_lsn = pg_current_wal_lsn())");
    const auto followed = light_of(*primary, "replication");
    EXPECT_EQ(followed.colour, "ok") << followed.reason;
    EXPECT_THAT(followed.reason, HasSubstr("(streaming)"));
    EXPECT_EQ(light_of(*primary, "replication_slots").reason, "Every replication slot is in use.");
    const auto following = light_of(standby, "replication");
    EXPECT_EQ(following.colour, "ok");
    EXPECT_THAT(following.reason, HasSubstr("has replayed all that it received"));
    const auto check = run_backend({"db", "check"}, {{"DATABASE_URL", standby.conninfo()}});
    EXPECT_THAT(check.out, HasSubstr("read-only"));
    const auto doctor = run_backend({"doctor"}, {{"DATABASE_URL", standby.conninfo()}});
    EXPECT_EQ(doctor.exit_code, 1);
    EXPECT_THAT(doctor.out, HasSubstr("refused: this server is a standby"));

    const auto migrating = run_backend({"migrate"}, {{"DATABASE_URL", standby.conninfo()}});
    EXPECT_EQ(migrating.exit_code, 3);
    EXPECT_THAT(migrating.err, HasSubstr("in a read-only transaction"));

    primary->plain().execute("create table replayed (n int)");
    wait_until(standby, "to_regclass('replayed') is not null");
    standby.plain().execute("select pg_wal_replay_pause()");
    wait_until(standby, "pg_is_wal_replay_paused()");
    primary->plain().execute("select pg_logical_emit_message(false, 'test', repeat('x', 1000000)) "
                             "from generate_series(1, 130)");
    wait_until(*primary, "exists (select from pg_stat_replication where flush_lsn = pg_current_wal_lsn())");
    const auto late = light_of(*primary, "replication");
    EXPECT_EQ(late.colour, "warn");
    EXPECT_THAT(late.reason, HasSubstr("MB behind"));
    EXPECT_THAT(light_of(standby, "replication").reason, HasSubstr("its last replayed transaction is"));

    standby.stop_immediately();
    wait_until(*primary, "not exists (select from pg_replication_slots where active)");
    const auto orphan = light_of(*primary, "replication_slots");
    EXPECT_EQ(orphan.colour, "warn");
    EXPECT_THAT(orphan.reason, HasSubstr("Slot its_slot is used by nobody and holds back"));
    auto db = primary->plain();
    db.execute(orphan.mend);
    EXPECT_EQ(db.value("select count(*) from pg_replication_slots"), "0");
}

TEST_F(Health, ABloatedTableIsNamedAndWhatItSaysMendsIt)
{
    auto db = primary->plain();
    db.execute("create unlogged table \"Fat\" (id int, filler text) with (autovacuum_enabled = off)");
    db.execute("insert into \"Fat\" select n, repeat('x', 1000) from generate_series(1, 140000) n");
    db.execute("vacuum analyze \"Fat\"");
    EXPECT_EQ(light_of(*primary, "bloat").colour, "ok");

    db.execute("delete from \"Fat\" where id % 4 <> 0");
    db.execute("select pg_stat_force_next_flush()"); // ANALYZE takes what is not flushed from what it found
    db.execute("analyze \"Fat\"");
    const auto dead = light_of(*primary, "dead_rows");
    EXPECT_EQ(dead.colour, "warn") << dead.reason;
    EXPECT_THAT(dead.reason, HasSubstr("of the rows of public.\"Fat\" are dead"));
    db.execute(dead.mend);
    EXPECT_EQ(light_of(*primary, "dead_rows").colour, "ok");

    const auto fat = light_of(*primary, "bloat");
    EXPECT_EQ(fat.colour, "warn") << fat.reason;
    EXPECT_THAT(fat.reason, HasSubstr("of public.\"Fat\" are empty"));
    db.execute(fat.mend);
    db.execute("analyze \"Fat\"");
    EXPECT_EQ(light_of(*primary, "bloat").colour, "ok");
    db.execute("drop table \"Fat\"");
}

TEST_F(Health, ASequenceIsJudgedByTheNarrowestOfItsTypeAndItsColumn)
{
    auto db = primary->plain();
    db.execute("create table visits (id smallint generated always as identity primary key);"
               "insert into visits select from generate_series(1, 26000);"
               "create table wide (id bigint generated always as identity); insert into wide select from "
               "generate_series(1, 100)");
    const auto near = light_of(*primary, "sequences");
    EXPECT_EQ(near.colour, "warn") << near.reason;
    EXPECT_THAT(near.reason, HasSubstr("public.visits_id_seq has used 79.3 % of its numbers (for public.visits.id)."));
    db.execute("insert into visits select from generate_series(1, 5000)");
    EXPECT_EQ(light_of(*primary, "sequences").colour, "bad");
    db.execute(near.mend);
    EXPECT_EQ(light_of(*primary, "sequences").colour, "ok");
    db.execute("drop table visits, wide");
}

} // namespace
} // namespace lightdash
