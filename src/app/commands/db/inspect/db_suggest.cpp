// db suggest
#include "app/commands/db/inspect/inspection.hpp"
#include "app/commands/db/inspect/statement_source.hpp"
#include "app/commands/list.hpp"
#include "lightdash/core/counted.hpp"
#include "lightdash/core/units.hpp"
#include "lightdash/ops/inspect/explain.hpp"
#include "lightdash/ops/inspect/suggest.hpp"
#include "lightdash/ops/inspect/text.hpp"

#include <fmt/format.h>

namespace lightdash::app {
namespace {

struct suggest_options {
    statement_source source;
    std::int64_t most_queries = 20;

    void describe(option_list& are)
    {
        describe_inspection(are, "{steps: [what to do first, when it cannot be proven], queries, skipped, suggestions: "
                                 "[{schema, tableName, columns, statement, bytes, costBefore, costAfter, queries}]}");
        source.describe(are);
        are.value("--queries", most_queries, "How many of pg_stat_statements' costliest (default: 20)")
            .between(1, 1000);
    }
};

answer<ops::suggest_report> find(const invocation& call, const suggest_options& given)
{
    ops::suggest_request request;
    request.most_queries = given.most_queries;
    request.own_server = is_own_server(call);
    if (given.source.given()) {
        ops::explain_request bare;
        ops::take_explain_off(bare, given.source.one_statement());
        request.queries.push_back(bare.sql);
    }
    runtime on{call.config()};
    auto found =
        ask(on, ops::suggest_indexes(on.database(), std::move(request), deadline::after(std::chrono::minutes{5})));
    if (found.value && !found.value->steps.empty())
        found.code = 1;
    return found;
}

void show(const ops::suggest_report& report, const invocation& call)
{
    if (!report.steps.empty())
        return;
    std::vector<std::string> lines;
    for (const auto& one : report.suggestions) {
        lines.push_back(fmt::format("{}  -- {:.0f} times cheaper ({:.0f} to {:.0f}), about {}", one.statement,
                                    one.cost_before / one.cost_after, one.cost_before, one.cost_after,
                                    short_size(one.bytes)));
        for (const auto& query : one.queries)
            lines.push_back("    for: " + ops::one_line(query));
    }
    print_lines(call.out, lines);
    fmt::print(stderr, "{} {} looked at{}; {}.\n", counted(report.queries, "query"),
               report.queries == 1 ? "was" : "were",
               report.skipped ? fmt::format(", {} of them could not be planned here", report.skipped) : std::string{},
               report.suggestions.empty() ? "no index would make one ten times cheaper" : "costs are the planner's");
}

void tell(const ops::suggest_report& report, const invocation& call)
{
    if (!report.steps.empty())
        print_steps("No index is suggested unproven. To have them proven:", report.steps, call);
}

} // namespace

command commands::db_suggest()
{
    return answering<suggest_options>(
        {.path = "db suggest",
         .meaning = "Indexes that make a statement ten times cheaper, each proven with hypopg",
         .examples = "  lightdash-backend db suggest\n"
                     "  lightdash-backend db suggest -c \"select * from charts where slug = 'revenue'\"\n"
                     "  lightdash-backend db suggest --json | jq -r '.suggestions[].statement'"},
        find, show, tell);
}

} // namespace lightdash::app
