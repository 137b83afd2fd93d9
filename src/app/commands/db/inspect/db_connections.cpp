// db connections
#include "app/commands/db/inspect/inspection.hpp"
#include "app/commands/list.hpp"
#include "lightdash/core/units.hpp"
#include "lightdash/ops/inspect/connections.hpp"

#include <fmt/format.h>

namespace lightdash::app {
namespace {

struct connections_options {
    void describe(option_list& are)
    {
        describe_inspection(are, "{limits: {used, maxConnections, superuserReserved, reserved, available}, groups: "
                                 "[{application, username, database, state, connections, longestSeconds}], hidden: "
                                 "{count, role}}");
    }
};

answer<ops::connection_report> find(const invocation& call, const connections_options&)
{
    return inspect(call, [](pg::session& db) { return ops::read_connections(db); });
}

void show(const ops::connection_report& report, const invocation& call)
{
    table made{{{"connections", column_kind::number},
                {"state"},
                {"longest", column_kind::number},
                {"user"},
                {"database"},
                {"application", column_kind::flexible}}};
    for (const auto& one : report.groups)
        made.add({std::to_string(one.connections), one.state, short_duration(one.longest_seconds), one.username,
                  one.database, one.application});
    fmt::print("{}", made.text(call.out));
    const auto& limits = report.limits;
    fmt::print(stderr,
               "{} of {} connections are open, {} are left ({} reserved for superusers, {} for "
               "pg_use_reserved_connections).\n",
               limits.used, limits.max_connections, limits.available, limits.superuser_reserved, limits.reserved);
}

void tell(const ops::connection_report& report, const invocation&)
{
    print_hint(report.hidden);
}

} // namespace

command commands::db_connections()
{
    return answering<connections_options>({.path = "db connections",
                                           .meaning = "Who holds how many connections, and how many are left",
                                           .examples =
                                               "  lightdash-backend db connections\n"
                                               "  lightdash-backend db connections --json | jq .limits.available"},
                                          find, show, tell);
}

} // namespace lightdash::app
