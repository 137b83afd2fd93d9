#include "lightdash/migrate/adopt.hpp"

#include "lightdash/core/counted.hpp"
#include "lightdash/migrate/migrate_error.hpp"
#include "migrate/files/file_name.hpp"
#include "migrate/history/change_history.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace lightdash::migrate {

namespace {

[[noreturn]] void refuse(std::string message)
{
    throw migrate_error{exit_code::history, error{error_kind::configuration, std::move(message)}};
}

// "002_add_email.ts" and "002_add_email" are one migration; a dot that belongs to the name is not an extension's.
std::string without_extension(const std::string& name)
{
    static constexpr std::string_view extensions[]{".js", ".cjs", ".mjs", ".ts", ".cts", ".mts", ".sql", ".cpp"};
    const auto dot = name.rfind('.');
    const bool known = dot != std::string::npos &&
                       std::ranges::find(extensions, std::string_view{name}.substr(dot)) != std::end(extensions);
    return known ? name_of_file(name) : name;
}

const migration* match(const registry& known, const foreign_row& row)
{
    if (!row.number)
        return known.find(without_extension(row.name));
    const auto found = std::ranges::find_if(
        known.all(), [&](const migration& one) { return migration_number(one.name) == *row.number; });
    return found == known.all().end() ? nullptr : &*found;
}

// "1.1" of Flyway's scripts V1.1__add_email.sql and U1.1__without_email.sql
std::string_view version_of(std::string_view script)
{
    const auto end = script.find("__");
    return script.empty() || end == std::string_view::npos ? script : script.substr(1, end - 1);
}

// Numbers, or versions where they are none.
bool is_same(const foreign_row& one, const foreign_row& other)
{
    return one.number || other.number ? one.number == other.number : version_of(one.name) == version_of(other.name);
}

// Without those that a later row has undone, and the rows that undid them.
std::vector<foreign_row> standing_rows(const std::vector<foreign_row>& rows)
{
    std::vector<foreign_row> standing;
    for (const auto& row : rows)
        if (row.effect == "undone")
            std::erase_if(standing, [&](const foreign_row& one) { return is_same(one, row); });
        else
            standing.push_back(row);
    return standing;
}

bool holds(const adoption& made, const migration& one)
{
    return std::ranges::find(made.migrations, one.name, &adopted_migration::name) != made.migrations.end();
}

adopted_migration adopted(const migration& known, const foreign_row& row)
{
    return {known.name, row.name, row.batch, row.applied_at, row.duration_ms, known.checksum};
}

void refuse_unfinished(const foreign_history& other)
{
    if (other.locked)
        refuse(
            fmt::format("{}'s lock in {}_lock is taken: a migration of it runs, or was killed. See that it ended well, "
                        "run its unlock, then adopt.",
                        to_string(other.tool), other.table));
    for (const auto& row : other.rows)
        if (row.fault)
            refuse(
                fmt::format("{} says that {} is {} (table {}): what it did to the schema is not known. Repair it with "
                            "{} first.",
                            to_string(other.tool), row.name, *row.fault, other.table, to_string(other.tool)));
}

} // namespace

adoption plan_adoption(const registry& known, const foreign_history& other)
{
    refuse_unfinished(other);
    adoption made{other.tool, {}, {}};
    for (const auto& row : standing_rows(other.rows)) {
        const auto* found = match(known, row);
        const bool baseline = row.effect == "up_to" && other.tool == foreign_tool::flyway;
        if (!found && !(baseline && row.number)) { // there need be no file of a baseline's number
            made.unmatched.push_back(row.name);
            continue;
        }
        if (row.effect == "up_to") {
            for (const auto& one : known.all())
                if (migration_number(one.name) <= *row.number && !holds(made, one))
                    made.migrations.push_back(adopted(one, row));
            continue;
        }
        if (holds(made, *found))
            refuse(fmt::format("{} has {} twice in {}. Delete one of the rows, then adopt.", to_string(other.tool),
                               found->name, other.table));
        made.migrations.push_back(adopted(*found, row));
    }
    return made;
}

task<void> adopt(pg::database& db, timer_wheel& clocks, const registry& known, const adoption& planned, lock_kind lock,
                 deadline until)
{
    return change_history(
        db, clocks, known, lock, until,
        [&planned](pg::transaction& tx, history::table& history, const auto& rows) -> task<void> {
            if (!rows.empty())
                refuse(fmt::format(
                    "This database has a history of its own already ({}, the last one {}): nothing was adopted.",
                    counted(rows.size(), "migration"), rows.back().name));
            co_await history.prepare(tx);
            const auto insert = pg::statement::trusted(
                "adopt.insert", fmt::format("insert into {} (name, batch, checksum, applied_at, duration_ms, version) "
                                            "values ($1, $2, $3, coalesce($4, clock_timestamp()), $5, $6)",
                                            history.name()));
            const auto version = fmt::format("adopted from {}", to_string(planned.tool));
            for (const auto& one : planned.migrations)
                co_await tx.execute(insert, one.name, one.batch, one.checksum, one.applied_at, one.duration_ms,
                                    version);
        });
}

} // namespace lightdash::migrate
