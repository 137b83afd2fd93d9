// db slow
#include "app/commands/db/inspect/inspection.hpp"
#include "app/commands/list.hpp"
#include "lightdash/core/units.hpp"
#include "lightdash/ops/inspect/borrowed_extension.hpp"
#include "lightdash/ops/inspect/slow.hpp"
#include "lightdash/ops/inspect/text.hpp"

#include <fmt/format.h>

namespace lightdash::app {
namespace {

struct slow_options {
    ops::slow_order by = ops::slow_order::total;
    std::int64_t limit = 20;

    void describe(option_list& are)
    {
        describe_inspection(are, "{steps: [what to do first, when it cannot be asked], statements: [{query, calls, "
                                 "totalMs, meanMs, share, rows, blocksHit, blocksRead}]}");
        are.value("--by", by, "total time (default), mean time, calls, or io: blocks read and written").named("ORDER");
        are.value("--limit", limit, "How many (default: 20)").between(1, 10'000);
    }
};

task<ops::slow_report> ask_slow(pg::database& db, ops::slow_order by, std::int64_t limit, bool own_server)
{
    auto tx = co_await ops::begin_inspection(db, {.read_only = !own_server}, deadline::after(inspection_patience));
    if (own_server)
        co_await ops::borrow_extension(tx, "pg_stat_statements");
    auto report = co_await ops::read_slow(tx, by, limit);
    co_await tx.rollback();
    co_return report;
}

answer<ops::slow_report> find(const invocation& call, const slow_options& given)
{
    runtime on{call.config()};
    auto found = ask(on, ask_slow(on.database(), given.by, given.limit, is_own_server(call)));
    if (found.value && !found.value->steps.empty())
        found.code = 1;
    return found;
}

void show(const ops::slow_report& report, const invocation& call)
{
    if (!report.steps.empty())
        return;
    table made{{{"total", column_kind::number},
                {"share", column_kind::number},
                {"mean", column_kind::number},
                {"calls", column_kind::number},
                {"rows", column_kind::number},
                {"cached", column_kind::number},
                {"query", column_kind::flexible}}};
    for (const auto& one : report.statements) {
        const auto blocks = one.blocks_hit + one.blocks_read;
        made.add({short_duration(one.total_ms / 1000), fmt::format("{:.1f} %", one.share * 100),
                  fmt::format("{:.2f}ms", one.mean_ms), std::to_string(one.calls), std::to_string(one.rows),
                  blocks == 0 ? "" : fmt::format("{} %", 100 * one.blocks_hit / blocks), ops::one_line(one.query)});
    }
    fmt::print("{}", made.text(call.out));
}

void tell(const ops::slow_report& report, const invocation& call)
{
    if (!report.steps.empty())
        print_steps("pg_stat_statements cannot be asked yet. To have it:", report.steps, call);
}

} // namespace

command commands::db_slow()
{
    return answering<slow_options>({.path = "db slow",
                                    .meaning = "The statements that take most, from pg_stat_statements",
                                    .examples = "  lightdash-backend db slow\n"
                                                "  lightdash-backend db slow --by mean --limit 5\n"
                                                "  lightdash-backend db slow --json | jq -r '.statements[0].query'"},
                                   find, show, tell);
}

} // namespace lightdash::app
