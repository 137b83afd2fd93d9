// db describe TABLE
#include "app/commands/db/inspect/inspection.hpp"
#include "app/commands/list.hpp"
#include "lightdash/core/counted.hpp"
#include "lightdash/core/units.hpp"
#include "lightdash/ops/inspect/describe.hpp"

#include <fmt/format.h>

namespace lightdash::app {
namespace {

std::vector<std::string> head_lines(const ops::table_head& head)
{
    std::vector<std::string> lines{fmt::format("{} {}.{}, owned by {}", head.kind, head.schema, head.name, head.owner)};
    if (head.comment)
        lines.push_back(*head.comment);
    if (head.partition_key)
        lines.push_back(fmt::format("partitioned by {}, {}", *head.partition_key, counted(head.parts, "partition")));
    else if (head.parts > 0)
        lines.push_back(counted(head.parts, "table") + (head.parts == 1 ? " inherits" : " inherit") + " from it");
    if (head.part_of)
        lines.push_back(*head.part_of);
    if (head.server)
        lines.push_back("on the foreign server " + *head.server);
    else if (head.kind != "view")
        lines.push_back(fmt::format("about {} rows, {} ({} table, {} indexes)", head.rows, short_size(head.total_bytes),
                                    short_size(head.table_bytes), short_size(head.index_bytes)));
    if (head.row_security)
        lines.emplace_back("row level security is on");
    return lines;
}

std::string columns_of(const std::vector<ops::column_row>& columns, const terminal& where)
{
    table made{{{"column"}, {"type"}, {"null"}, {"default"}, {"comment", column_kind::flexible}}};
    for (const auto& one : columns)
        made.add(
            {one.name, one.type, one.nullable ? "yes" : "no", one.fallback.value_or(""), one.comment.value_or("")});
    return made.text(where);
}

void section(std::vector<std::string>& lines, const std::string& title, const std::vector<std::string>& entries)
{
    if (entries.empty())
        return;
    lines.emplace_back();
    lines.push_back(title);
    for (const auto& entry : entries)
        lines.push_back("  " + entry);
}

template <class Row, class Line>
std::vector<std::string> each(const std::vector<Row>& rows, Line line)
{
    std::vector<std::string> made;
    for (const auto& row : rows)
        made.push_back(line(row));
    return made;
}

std::vector<std::string> sections_of(const ops::table_description& of)
{
    const auto definition = [](const auto& one) { return one.name + ": " + one.definition; };
    std::vector<std::string> lines;
    section(lines, "Indexes", each(of.indexes, [](const auto& one) {
                const auto using_at = one.definition.find(" USING ");
                return fmt::format("{}:{}{}{}{}, {}, {} scans", one.name, one.is_primary ? " primary key" : "",
                                   one.is_unique && !one.is_primary ? " unique" : "",
                                   using_at == std::string::npos ? " " + one.definition
                                                                 : " " + one.definition.substr(using_at + 7),
                                   one.is_valid ? "" : " (invalid)", short_size(one.bytes), one.scans);
            }));
    section(lines, "Checks", each(of.checks, definition));
    section(lines, "References", each(of.references, definition));
    section(lines, "Referenced by", each(of.referenced_by, [](const auto& one) {
                return fmt::format("{} of {}: {}", one.name, one.table_name, one.definition);
            }));
    section(lines, "Triggers", each(of.triggers, definition));
    section(lines, "Policies", each(of.policies, definition));
    return lines;
}

struct describe_options {
    std::string table;

    void describe(option_list& are)
    {
        describe_inspection(
            are, "{table: {schema, name, kind, owner, comment, rows, tableBytes, indexBytes, totalBytes, rowSecurity, "
                 "partitionKey, partOf, parts, server}, columns: [{name, type, nullable, fallback, comment}], indexes: "
                 "[{name, definition, isPrimary, isUnique, isValid, bytes, scans}], references, referencedBy, checks: "
                 "[{name, definition, tableName}], triggers, policies: [{name, definition}]}");
        are.value("table", table, "Its name, with or without schema and quotes").required();
    }
};

answer<ops::table_description> find(const invocation& call, const describe_options& given)
{
    return inspect(call, [&given](pg::session& db) { return ops::describe_table(db, given.table); });
}

void show(const ops::table_description& found, const invocation& call)
{
    print_lines(call.out, head_lines(found.table));
    fmt::print("\n{}", columns_of(found.columns, call.out));
    print_lines(call.out, sections_of(found));
}

} // namespace

command commands::db_describe()
{
    return answering<describe_options>(
        {.path = "db describe",
         .meaning = "A table's columns, indexes, foreign keys both ways, checks, triggers, size and comment",
         .examples = "  lightdash-backend db describe dashboards\n"
                     "  lightdash-backend db describe 'sales.\"Order Lines\"'\n"
                     "  lightdash-backend db describe users --json | jq -r '.columns[].name'"},
        find, show);
}

} // namespace lightdash::app
