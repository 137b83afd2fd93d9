// db indexes
#include "app/commands/db/inspect/inspection.hpp"
#include "app/commands/list.hpp"
#include "lightdash/core/counted.hpp"
#include "lightdash/core/units.hpp"
#include "lightdash/ops/inspect/indexes.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace lightdash::app {
namespace {

struct indexes_options {
    bool unused = false, duplicate = false, invalid = false, missing = false;

    bool everything() const { return !unused && !duplicate && !invalid && !missing; }
    void describe(option_list& are)
    {
        describe_inspection(
            are, "{unused: [{schema, tableName, name, bytes, mend}], duplicate: [{…, coveredBy, prefix}], invalid: "
                 "[{…, building}], missingForeignKey: [{schema, tableName, foreignKey, referenced, columns, rows, "
                 "mend}], statisticsSince, statisticsYoung, indexes, foreignKeys, locked: [table]}");
        are.flag("--unused", unused, "Never scanned, and guarding nothing");
        are.flag("--duplicate", duplicate, "The same as another, or the first columns of it");
        are.flag("--invalid", invalid, "Left behind by a build that failed");
        are.flag("--missing-fk", missing, "Foreign keys whose columns no index begins with");
    }
};

// Only what was asked for; the rest is left out of the JSON as well.
ops::index_report chosen_of(ops::index_report report, const indexes_options& wanted)
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

answer<ops::index_report> find(const invocation& call, const indexes_options& given)
{
    auto found = inspect(call, [](pg::session& db) { return ops::read_indexes(db); });
    if (found.value)
        found.value = chosen_of(std::move(*found.value), given);
    return found;
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
        lines_.add({cell{what, look}, short_name(one.schema, one.table_name), one.name, short_size(one.bytes)});
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

void show(const ops::index_report& report, const invocation& call)
{
    const findings made{report};
    if (!made.empty())
        fmt::print("{}", made.text(call.out));
    else
        fmt::print(stderr, "Nothing to mend in {} and {}.\n", counted(report.indexes, "index"),
                   counted(report.foreign_keys, "foreign key"));
    if (!report.locked.empty())
        fmt::print(stderr, "Not looked at, because they are locked against readers (db locks): {}.\n",
                   fmt::join(report.locked, ", "));
    if (!report.unused.empty())
        fmt::print(stderr, "{}\n", caution(report));
}

} // namespace

command commands::db_indexes()
{
    return answering<indexes_options>(
        {.path = "db indexes",
         .meaning = "Indexes that are unused, duplicate, invalid, or missing on a foreign key",
         .examples = "  lightdash-backend db indexes\n"
                     "  lightdash-backend db indexes --duplicate --invalid\n"
                     "  lightdash-backend db indexes --missing-fk --json | jq -r '.missingForeignKey[].mend'"},
        find, show);
}

} // namespace lightdash::app
