// What people notice of a migration while it waits for a table that is in use, or builds an index: measured, and
// printed beside the same load without one.
#include "integration/app/live_server.hpp"
#include "lightdash/migrate/migrator.hpp"
#include "lightdash/migrate/sql_file.hpp"
#include "support/test_pool.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <mutex>
#include <thread>

namespace lightdash {
namespace {

using namespace std::chrono_literals;
using testing::eventually;

// The program's own migrations and one more, in a thread of its own.
class one_more_migration {
public:
    one_more_migration(const testing::private_cluster& cluster, const std::string& file)
        : pool_({.conninfo = secret{cluster.conninfo()}})
    {
        known_.add(migrate::parse_sql_file("migrations/900_more.sql", file));
        thread_ = std::thread{[this] {
            migrate::migrator_options options;
            options.on_note = [this](const std::string& text) {
                const std::lock_guard guard{mutex_};
                notes_ += text + '\n';
            };
            migrate::migrator worker{pool_.database, pool_.clocks, known_, options};
            applied_ = pool_.run(worker.up(deadline::after(50s)));
        }};
    }
    one_more_migration(const one_more_migration&) = delete;
    one_more_migration& operator=(const one_more_migration&) = delete;
    ~one_more_migration() { finish(); }

    std::string notes()
    {
        const std::lock_guard guard{mutex_};
        return notes_;
    }
    std::size_t finish()
    {
        if (thread_.joinable())
            thread_.join();
        return applied_;
    }

private:
    testing::test_pool pool_;
    migrate::registry known_ = migrate::registry::compiled_in();
    std::mutex mutex_;
    std::string notes_;
    std::size_t applied_ = 0;
    std::thread thread_;
};

class MigrationUnderLoad : public ::testing::Test {
protected:
    testing::load_report load_for(std::chrono::milliseconds time)
    {
        testing::load clients{server.port(), 4, {demo.targets()[0], demo.targets()[1]}, demo.as_admin()};
        std::this_thread::sleep_for(time);
        return clients.finish();
    }
    static void print(const char* when, const testing::load_report& seen)
    {
        std::printf("%-34s %6zu answers, p50 %7.2f ms, p99 %7.2f ms, slowest %lld ms\n", when, seen.answered(),
                    static_cast<double>(seen.percentile(0.5).count()) / 1000,
                    static_cast<double>(seen.percentile(0.99).count()) / 1000,
                    static_cast<long long>(seen.slowest.count()));
    }

    testing::demo_cluster demo;
    testing::backend_process server = demo.serve();
};

TEST_F(MigrationUnderLoad, ThatWaitsForALongReaderLeavesTheApisP99Alone)
{
    load_for(1s); // warm
    const auto without = load_for(4s);
    auto report = demo.postgres().plain();
    report.execute("set application_name = 'a long report'; begin; select count(*) from dashboards");
    one_more_migration migration{demo.postgres(), "-- migrate:up\nalter table dashboards add column later integer;\n"
                                                  "-- migrate:down\nalter table dashboards drop column later;\n"};
    ASSERT_TRUE(eventually(10s, [&] { return migration.notes().find("a long report") != std::string::npos; }));
    const auto with = load_for(8s);
    report.execute("rollback");
    EXPECT_EQ(migration.finish(), 1U) << migration.notes();

    print("without a migration:", without);
    print("while one waits for a table:", with);
    EXPECT_TRUE(with.only({200}));
    EXPECT_LT(with.percentile(0.99), without.percentile(0.99) + 60ms);
    EXPECT_LT(with.slowest, 1s) << "nobody queues for long behind the migration";
}

TEST_F(MigrationUnderLoad, ThatBuildsAnIndexConcurrentlyLeavesTheApisP99Alone)
{
    demo.postgres().plain().execute(
        "insert into dashboard_tiles (dashboard_id, chart_id, tile_type, properties) "
        "select t.dashboard_id, t.chart_id, t.tile_type, t.properties from (select * from dashboard_tiles where "
        "dashboard_id <> (select id from dashboards order by created_at limit 1) limit 1) t, generate_series(1, "
        "30000)");
    load_for(1s);
    const auto without = load_for(4s);
    auto report = demo.postgres().plain(); // the build waits for its snapshot, twice
    report.execute("begin isolation level repeatable read; select count(*) from dashboards");
    one_more_migration migration{
        demo.postgres(),
        "-- migrate:up transaction:off\ncreate index concurrently more on dashboard_tiles (tile_type, id);\n"
        "-- migrate:down\ndrop index concurrently more;\n"};
    ASSERT_TRUE(eventually(20s, [&] {
        return demo.postgres().plain().value("select count(*) from pg_index where not indisvalid") == "1";
    }));
    const auto with = load_for(4s);
    report.execute("rollback");
    EXPECT_EQ(migration.finish(), 1U) << migration.notes();

    print("without a migration:", without);
    print("while an index is built:", with);
    EXPECT_TRUE(with.only({200}));
    EXPECT_LT(with.percentile(0.99), without.percentile(0.99) + 60ms);
}

} // namespace
} // namespace lightdash
