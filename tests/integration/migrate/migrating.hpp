// A pool on a test database, and migrations made for one test.
#pragma once

#include "lightdash/async/offload.hpp"
#include "lightdash/async/timer_wheel.hpp"
#include "lightdash/migrate/migrator.hpp"
#include "lightdash/migrate/sql_file.hpp"
#include "lightdash/pg/database.hpp"
#include "support/run_task.hpp"
#include "support/test_database.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace lightdash::migrate {

using namespace std::chrono_literals;

class migrating {
public:
    explicit migrating(pg::connection_options connection)
        : database(context, clocks, blocking, std::move(connection), small_pool())
    {
        database.start();
    }
    explicit migrating(const lightdash::testing::test_database& db) : migrating(db.connection()) {}
    migrating(const migrating&) = delete;
    migrating& operator=(const migrating&) = delete;
    ~migrating() { lightdash::testing::run_task(context, database.stop(deadline::after(5s))); }

    template <class T>
    T run(task<T> work)
    {
        return lightdash::testing::run_task(context, std::move(work), 60s);
    }
    std::size_t up(const registry& known, migrator_options options = {})
    {
        migrator worker{database, clocks, known, std::move(options)};
        return run(worker.up(deadline::after(50s)));
    }
    std::size_t down(const registry& known, std::size_t steps = 1)
    {
        migrator worker{database, clocks, known, {}};
        return run(worker.down(steps, deadline::after(50s)));
    }
    std::vector<status_row> status(const registry& known)
    {
        migrator worker{database, clocks, known, {}};
        return run(worker.status(deadline::after(20s)));
    }
    std::vector<std::string> pending(const registry& known)
    {
        migrator worker{database, clocks, known, {}};
        return run(worker.pending(deadline::after(20s)));
    }

    asio::io_context context{1};
    timer_wheel clocks{context};
    offload_pool blocking{context, 2, 64};
    pg::database database;

private:
    static pg::pool_options small_pool()
    {
        pg::pool_options pool;
        pool.min = 1;
        pool.max = 3;
        pool.lanes = 1;
        return pool;
    }
};

inline migration made(const std::string& name, const std::string& up, const std::string& down = "select 1",
                      const std::string& option = "")
{
    return parse_sql_file("migrations/" + name + ".sql",
                          "-- migrate:up" + option + "\n" + up + "\n-- migrate:down\n" + down + "\n");
}

inline registry known_as(std::vector<migration> migrations)
{
    registry known{"1.2.3"};
    for (auto& one : migrations)
        known.add(std::move(one));
    return known;
}

// The first `count` of the program's own migrations.
inline registry first_migrations(std::size_t count)
{
    const auto all = registry::compiled_in();
    registry known{all.program_version()};
    for (std::size_t i = 0; i < count; ++i)
        known.add(all.all()[i]);
    return known;
}

} // namespace lightdash::migrate
