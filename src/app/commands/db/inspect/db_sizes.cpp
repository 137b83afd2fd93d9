// db sizes
#include "app/commands/db/inspect/inspection.hpp"
#include "app/commands/list.hpp"
#include "lightdash/core/counted.hpp"
#include "lightdash/core/units.hpp"
#include "lightdash/ops/inspect/sizes.hpp"

#include <fmt/format.h>

namespace lightdash::app {
namespace {

using table_sizes = std::vector<ops::table_size>;

struct sizes_options {
    bool all = false;

    void describe(option_list& are)
    {
        describe_inspection(are, "[{schema, name, tableBytes, toastBytes, indexBytes, totalBytes, rows, deadRows, "
                                 "partitionOf}]");
        are.flag("--all", all, "PostgreSQL's own catalogs too");
    }
};

answer<table_sizes> find(const invocation& call, const sizes_options& given)
{
    return inspect(call, [&given](pg::session& db) { return ops::read_sizes(db, given.all); });
}

void show(const table_sizes& sizes, const invocation& call)
{
    table made{{{"table", column_kind::flexible},
                {"total", column_kind::number},
                {"rows", column_kind::number},
                {"dead rows", column_kind::number},
                {"heap", column_kind::number},
                {"toast", column_kind::number},
                {"indexes", column_kind::number}}};
    std::int64_t total = 0;
    for (const auto& one : sizes) {
        made.add({short_name(one.schema, one.name), short_size(one.total_bytes), std::to_string(one.rows),
                  std::to_string(one.dead_rows), short_size(one.table_bytes), short_size(one.toast_bytes),
                  short_size(one.index_bytes)});
        total += one.total_bytes;
    }
    if (sizes.empty())
        fmt::print(stderr, "There are no tables.\n");
    else
        fmt::print("{}", made.text(call.out));
    fmt::print(stderr, "{}, {}; rows are estimates.\n", counted(sizes.size(), "table"), short_size(total));
}

} // namespace

command commands::db_sizes()
{
    return answering<sizes_options>(
        {.path = "db sizes",
         .meaning = "What each table takes on disk, largest first",
         .examples = "  lightdash-backend db sizes\n"
                     "  lightdash-backend db sizes --json | jq -r '.[] | select(.deadRows > .rows) | .name'"},
        find, show);
}

} // namespace lightdash::app
