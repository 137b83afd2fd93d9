// db sizes, db indexes
#include "app/commands/db/inspection.hpp"
#include "lightdash/core/counted.hpp"
#include "lightdash/ops/inspect/indexes.hpp"
#include "lightdash/ops/inspect/sizes.hpp"
#include "lightdash/ops/inspect/text.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace lightdash::app {
namespace {

task<int> show_sizes(runtime& on, bool all, bool json, const terminal& where)
{
    const auto sizes = co_await inspect(on, [all](pg::session& db) { return ops::read_sizes(db, all); });
    if (json) {
        print_json(sizes);
        co_return 0;
    }
    table made{{{"table", column_kind::flexible},
                {"total", column_kind::number},
                {"rows", column_kind::number},
                {"dead rows", column_kind::number},
                {"heap", column_kind::number},
                {"toast", column_kind::number},
                {"indexes", column_kind::number}}};
    std::int64_t total = 0;
    for (const auto& one : sizes) {
        made.add({short_name(one.schema, one.name), ops::short_size(one.total_bytes), std::to_string(one.rows),
                  std::to_string(one.dead_rows), ops::short_size(one.table_bytes), ops::short_size(one.toast_bytes),
                  ops::short_size(one.index_bytes)});
        total += one.total_bytes;
    }
    if (sizes.empty())
        fmt::print(stderr, "There are no tables.\n");
    else
        fmt::print("{}", made.text(where));
    fmt::print(stderr, "{}, {}; rows are estimates.\n", counted(sizes.size(), "table"), ops::short_size(total));
    co_return 0;
}

struct index_choice {
    bool unused = false, duplicate = false, invalid = false, missing = false;
    bool everything() const { return !unused && !duplicate && !invalid && !missing; }
};

// Only what was asked for; the rest is left out of the JSON as well.
ops::index_report chosen_of(ops::index_report report, const index_choice& wanted)
{
    if (wanted.everything())
        return report;
    if (!wanted.unused)
        report.unused.clear();
    if (!wanted.duplicate)
        report.duplicate.clear();
    if (!wanted.invalid)
        report.invalid.clear();
    if (!wanted.missing)
        report.missing_foreign_key.clear();
    return report;
}

// The table, and below it the statements: whole, because they are to be copied.
class findings {
public:
    explicit findings(const ops::index_report& report)
    {
        for (const auto& one : report.invalid)
            add("invalid", style::bad, one, one.building ? "-- is being built: wait for it" : one.mend);
        for (const auto& one : report.duplicate)
            add((one.prefix ? "prefix of " : "same as ") + one.covered_by, style::warn, one, one.mend);
        for (const auto& one : report.unused)
            add("unused", style::warn, one, one.mend);
        for (const auto& one : report.missing_foreign_key) {
            lines_.add({cell{"missing", style::warn}, short_name(one.schema, one.table_name), one.foreign_key, ""});
            add_mend(one.mend);
        }
    }
    bool empty() const { return lines_.empty(); }
    std::string text(const terminal& where) const { return lines_.text(where) + "\nTo mend:\n" + mends_; }

private:
    template <class Finding>
    void add(const std::string& what, style look, const Finding& one, const std::string& mend)
    {
        lines_.add({cell{what, look}, short_name(one.schema, one.table_name), one.name, ops::short_size(one.bytes)});
        add_mend(mend);
    }
    // An index may be unused and a duplicate: it is dropped once.
    void add_mend(const std::string& mend)
    {
        const auto line = "  " + printable(mend) + "\n";
        if (mends_.find(line) == std::string::npos)
            mends_ += line;
    }

    table lines_{
        {{"finding", column_kind::flexible}, {"table"}, {"index or foreign key"}, {"size", column_kind::number}}};
    std::string mends_;
};

std::string caution(const ops::index_report& report)
{
    const auto since =
        report.statistics_since
            ? fmt::format(
                  "since {:%F %T} UTC",
                  fmt::gmtime(std::chrono::system_clock::to_time_t(
                      std::chrono::time_point_cast<std::chrono::system_clock::duration>(*report.statistics_since))))
            : std::string{"since the database was made"};
    return fmt::format(
        "Unused means: never scanned on this server {}{}. Standbys count their own scans: look there too "
        "before you drop one.",
        since, report.statistics_young ? ", less than a week ago, so that weekly jobs may not have run" : "");
}

task<int> show_indexes(runtime& on, index_choice wanted, bool json, const terminal& where)
{
    auto whole = co_await inspect(on, [](pg::session& db) { return ops::read_indexes(db); });
    const auto report = chosen_of(std::move(whole), wanted);
    if (json) {
        print_json(report);
        co_return 0;
    }
    const findings made{report};
    if (!made.empty())
        fmt::print("{}", made.text(where));
    else
        fmt::print(stderr, "Nothing to mend in {} and {}.\n", counted(report.indexes, "index"),
                   counted(report.foreign_keys, "foreign key"));
    if (!report.locked.empty())
        fmt::print(stderr, "Not looked at, because they are locked against readers (db locks): {}.\n",
                   fmt::join(report.locked, ", "));
    if (!report.unused.empty())
        fmt::print(stderr, "{}\n", caution(report));
    co_return 0;
}

} // namespace

void add_db_tables(command_line& line, CLI::App& db)
{
    auto sizes =
        add_inspection(line, db, "sizes", "What each table takes on disk, largest first",
                       "  lightdash-backend db sizes\n"
                       "  lightdash-backend db sizes --json | jq -r '.[] | select(.deadRows > .rows) | .name'",
                       "[{schema, name, tableBytes, toastBytes, indexBytes, totalBytes, rows, deadRows, partitionOf}]");
    const auto all = std::make_shared<bool>(false);
    sizes.command.add_flag("--all", *all, "PostgreSQL's own catalogs too");
    line.on_run(sizes.command, [&line, all, json = sizes.json](const loaded_settings& loaded) {
        runtime on{loaded.values};
        return on.run(show_sizes(on, *all, *json, line.out()));
    });

    auto indexes = add_inspection(
        line, db, "indexes", "Indexes that are unused, duplicate, invalid, or missing on a foreign key",
        "  lightdash-backend db indexes\n"
        "  lightdash-backend db indexes --duplicate --invalid\n"
        "  lightdash-backend db indexes --missing-fk --json | jq -r '.missingForeignKey[].mend'",
        "{unused: [{schema, tableName, name, bytes, mend}], duplicate: [{…, coveredBy, prefix}], invalid: [{…, "
        "building}], "
        "missingForeignKey: [{schema, tableName, foreignKey, referenced, columns, rows, mend}], statisticsSince, "
        "statisticsYoung, indexes, foreignKeys, locked: [table]}");
    const auto wanted = std::make_shared<index_choice>();
    indexes.command.add_flag("--unused", wanted->unused, "Never scanned, and guarding nothing");
    indexes.command.add_flag("--duplicate", wanted->duplicate, "The same as another, or the first columns of it");
    indexes.command.add_flag("--invalid", wanted->invalid, "Left behind by a build that failed");
    indexes.command.add_flag("--missing-fk", wanted->missing, "Foreign keys whose columns no index begins with");
    line.on_run(indexes.command, [&line, wanted, json = indexes.json](const loaded_settings& loaded) {
        runtime on{loaded.values};
        return on.run(show_indexes(on, *wanted, *json, line.out()));
    });
}

} // namespace lightdash::app
