// Takes over the history that another migration tool left in a database.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/async/timer_wheel.hpp"
#include "lightdash/core/deadline.hpp"
#include "lightdash/core/describe.hpp"
#include "lightdash/migrate/lock.hpp"
#include "lightdash/migrate/migration.hpp"
#include "lightdash/pg/database.hpp"
#include "lightdash/pg/types.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::migrate {

enum class foreign_tool : unsigned char { knex, dbmate, golang_migrate, node_pg_migrate, flyway };
std::string_view to_string(foreign_tool tool) noexcept; // "golang-migrate"
std::optional<foreign_tool> parse_foreign_tool(std::string_view name) noexcept;

// One migration as the other tool wrote it down.
struct foreign_row {
    std::string name;                   // "001_create_users_table.ts", "V3__add_email.sql", "20240105120000"
    std::optional<std::int64_t> number; // where the tool knows migrations by number
    std::int64_t batch = 1;
    std::optional<pg::timestamptz> applied_at;
    std::int64_t duration_ms = 0;
    std::optional<std::string> fault; // why nobody should build on it: "dirty"
    // "applied"; "up_to": with every migration of a lower number; "undone": an earlier row of that name or number does
    // not count any more.
    std::string effect = "applied";
};
LIGHTDASH_DESCRIBE(foreign_row, name, number, batch, applied_at, duration_ms, fault, effect)

struct foreign_history {
    foreign_tool tool;
    std::string table;             // as the database names it
    std::vector<foreign_row> rows; // in the order of application
    bool locked = false;           // Knex's lock row is taken
};

// Looks for the tables of all tools when `tool` is not given, by their usual names when `table` is empty. Throws
// error_kind::not_found when there is none, and error_kind::usage when there are several.
task<foreign_history> read_foreign_history(pg::database& db, std::optional<foreign_tool> tool, std::string table,
                                           deadline until);

struct adopted_migration {
    std::string name;
    std::string from; // what the other tool called it
    std::int64_t batch = 1;
    std::optional<pg::timestamptz> applied_at; // none: the tool did not keep it
    std::int64_t duration_ms = 0;
    std::string checksum;
};
LIGHTDASH_DESCRIBE(adopted_migration, name, from, batch, applied_at, duration_ms, checksum)

struct adoption {
    foreign_tool tool;
    std::vector<adopted_migration> migrations; // in the order of application
    std::vector<std::string> unmatched;        // rows that no migration of this program has the name or number of
};

// Pure. Names are compared without their extension, numbers as numbers. golang-migrate keeps only the newest number,
// and a baseline of Flyway stands for all before it: every migration up to it counts as applied. What Flyway has
// undone, or marked as deleted, does not. Throws migrate_error (exit_code::history) when the other history is locked,
// dirty or failed, or holds a migration twice.
adoption plan_adoption(const registry& known, const foreign_history& other);

// Writes it into the empty history, in one transaction under the migrators' lock; the other tool's table stays as it
// is. Throws migrate_error (exit_code::history) when the history is not empty.
task<void> adopt(pg::database& db, timer_wheel& clocks, const registry& known, const adoption& planned, lock_kind lock,
                 deadline until);

} // namespace lightdash::migrate
