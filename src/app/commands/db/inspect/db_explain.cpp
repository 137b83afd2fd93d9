// db explain
#include "app/commands/db/inspect/inspection.hpp"
#include "app/commands/db/inspect/statement_source.hpp"
#include "app/commands/list.hpp"
#include "lightdash/ops/inspect/explain.hpp"
#include "lightdash/ops/inspect/plan_reader.hpp"

#include <fmt/format.h>

namespace lightdash::app {
namespace {

struct explain_options {
    statement_source source;
    bool analyze = false;
    std::vector<std::string> values;
    std::chrono::milliseconds limit{10'000};

    void describe(option_list& are)
    {
        describe_inspection(are, "PostgreSQL's own plan, [{Plan: …}], for viewers as pev2");
        source.describe(are);
        are.flag("--analyze", analyze,
                 "Run it and measure, in a transaction that is rolled back (numbers taken from sequences, and what "
                 "functions do outside of the database, stay)");
        are.value("--param", values, "The value of $1, then of $2, …; NULL in capitals is NULL").named("VALUE");
        are.value("--limit", limit, "The longest it may run (default: 10s)");
    }
};

ops::explain_request request_of(const explain_options& given)
{
    ops::explain_request made;
    ops::take_explain_off(made, given.source.one_statement());
    made.analyze = made.analyze || given.analyze;
    made.limit = given.limit;
    for (const auto& value : given.values)
        made.parameters.push_back(value == "NULL" ? std::nullopt : std::optional{value});
    return made;
}

struct plan_answer {
    ops::explained made;
    bool measured;
};

// As PostgreSQL writes it.
void write_json(std::string& out, const plan_answer& found)
{
    out += found.made.json;
}

answer<plan_answer> find(const invocation& call, const explain_options& given)
{
    const auto request = request_of(given);
    runtime on{call.config()};
    auto found = ask(on, ops::explain_statement(on.database(), request, deadline::after(std::chrono::hours{1})));
    if (!found.value)
        return {std::nullopt, found.code};
    return {plan_answer{std::move(*found.value), request.analyze}, found.code};
}

void show(const plan_answer& found, const invocation& call)
{
    print_lines(call.out, ops::draw_plan(ops::read_plan(found.made.json), !call.out.unicode));
}

void tell(const plan_answer& found, const invocation&)
{
    if (found.made.generic)
        fmt::print(stderr,
                   "This is the plan for any values of the parameters; --param VALUE, once per parameter, gives "
                   "that for yours.\n");
    if (found.measured)
        fmt::print(stderr, "The statement ran and was rolled back.\n");
}

} // namespace

command commands::db_explain()
{
    return answering<explain_options>(
        {.path = "db explain",
         .meaning = "PostgreSQL's plan of one statement as a tree; measured, it is rolled back",
         .examples = "  lightdash-backend db explain -c \"select * from dashboards where name = 'Sales'\"\n"
                     "  lightdash-backend db explain --analyze -c \"update users set is_active = false\"\n"
                     "  lightdash-backend db explain query.sql --param 42 --param 'a text'\n"
                     "  lightdash-backend db explain query.sql --json > plan.json"},
        find, show, tell);
}

} // namespace lightdash::app
