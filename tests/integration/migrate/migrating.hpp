// Migrations made for one test, and a migrator on an empty database.
#pragma once

#include "lightdash/migrate/migrator.hpp"
#include "lightdash/migrate/sql_file.hpp"
#include "support/test_database.hpp"
#include "support/test_pool.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace lightdash::migrate {

using namespace std::chrono_literals;

class migrating : public lightdash::testing::test_pool {
public:
    using test_pool::test_pool;
    explicit migrating(const lightdash::testing::test_database& db) : test_pool(db.connection()) {}

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
};

inline migration made(const std::string& name, const std::string& up, const std::string& down = "select 1",
                      const std::string& option = "")
{
    return parse_sql_file("migrations/" + name + ".sql",
                          "-- migrate:up" + option + "\n" + up + "\n-- migrate:down\n" + down + "\n");
}

inline registry known_as(std::vector<migration> migrations, std::string version = "1.2.3")
{
    registry known{std::move(version)};
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

class migrating_test : public ::testing::Test {
protected:
    std::vector<std::string> history() const { return db.column("select name from lightdash_migrations order by id"); }
    bool there(const std::string& table) const { return db.value("select to_regclass('" + table + "')") == table; }
    bool untouched() const
    {
        return db.value("select count(*) from pg_class where relnamespace = 'public'::regnamespace") == "0";
    }
    template <class Work>
    migrate_error failure_of(Work work)
    {
        try {
            work();
        } catch (const migrate_error& failure) {
            return failure;
        }
        throw std::runtime_error("it did not fail");
    }
    migrate_error failure_up(const registry& known, migrator_options options = {})
    {
        return failure_of([&] { here.up(known, std::move(options)); });
    }
    std::size_t up(const registry& known, up_goal goal)
    {
        migrator worker{here.database, here.clocks, known, {}};
        return here.run(worker.up(std::move(goal), deadline::after(20s)));
    }
    std::size_t down(const registry& known, down_goal goal)
    {
        migrator worker{here.database, here.clocks, known, {}};
        return here.run(worker.down(std::move(goal), deadline::after(20s)));
    }

    lightdash::testing::test_database db = lightdash::testing::test_database::empty();
    migrating here{db};
};

} // namespace lightdash::migrate
