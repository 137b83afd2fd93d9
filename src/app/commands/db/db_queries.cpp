// db slow, db explain, db suggest
#include "app/commands/db/inspection.hpp"
#include "lightdash/core/counted.hpp"
#include "lightdash/core/error.hpp"
#include "lightdash/core/text_file.hpp"
#include "lightdash/migrate/sql_file.hpp"
#include "lightdash/ops/inspect/borrowed_extension.hpp"
#include "lightdash/ops/inspect/explain.hpp"
#include "lightdash/ops/inspect/plan_reader.hpp"
#include "lightdash/ops/inspect/slow.hpp"
#include "lightdash/ops/inspect/suggest.hpp"
#include "lightdash/ops/inspect/text.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <sstream>

namespace lightdash::app {
namespace {

// Where a statement comes from: -c, a file, or standard input.
struct statement_source {
    std::string command, file;
    bool given() const { return !command.empty() || !file.empty(); }
};

std::shared_ptr<statement_source> add_source(CLI::App& command)
{
    const auto source = std::make_shared<statement_source>();
    auto* text = command.add_option("-c,--command", source->command, "The statement itself")->type_name("SQL");
    command
        .add_option("file", source->file, "A file with one statement, or the statement itself; - for standard input")
        ->excludes(text);
    return source;
}

std::string read_all(std::istream& in)
{
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

std::string statement_text(const statement_source& source)
{
    if (!source.command.empty())
        return source.command;
    if (ops::is_a_statement(source.file) && !std::filesystem::exists(source.file))
        return source.file;
    if (source.file == "-" || (source.file.empty() && ::isatty(STDIN_FILENO) == 0))
        return std::string{text_of("standard input", read_all(std::cin))};
    if (source.file.empty())
        throw error{error_kind::usage, "Give a statement: -c SQL, a file, or - for standard input."};
    return read_text_file(source.file);
}

// Exactly one: what comes after a semicolon must not run unseen.
std::string one_statement(const statement_source& source)
{
    try {
        const auto text = statement_text(source);
        const bool unnamed = source.file.empty() || text == source.file;
        const auto count = migrate::split_statements(unnamed ? "the statement" : source.file, text).size();
        if (count == 1)
            return text; // whole: PostgreSQL counts lines in it
        throw error{error_kind::usage, fmt::format("{} statements were given: one is explained at a time.", count)};
    } catch (const error& failure) {
        throw error{error_kind::usage, failure.message()};
    }
}

// Without DATABASE_URL the server is the private one: what it needs is lent to it, and nothing stays.
bool is_own_server(const loaded_settings& loaded)
{
    return loaded.values.database_url.empty();
}

task<ops::slow_report> ask_slow(pg::database& db, ops::slow_order by, std::int64_t limit, bool own_server)
{
    auto tx = co_await ops::begin_inspection(db, {.read_only = !own_server}, deadline::after(inspection_patience));
    if (own_server)
        co_await ops::borrow_extension(tx, "pg_stat_statements");
    auto report = co_await ops::read_slow(tx, by, limit);
    co_await tx.rollback();
    co_return report;
}

void print_steps(const std::string& purpose, const std::vector<std::string>& steps, bool own_server)
{
    fmt::print(stderr, "{}\n", purpose);
    for (std::size_t i = 0; i < steps.size(); ++i)
        fmt::print(stderr, "  {}. {}\n", i + 1, steps[i]);
    if (own_server)
        fmt::print(stderr, "This is the private PostgreSQL: whatever of these its machine has installed, it loads by "
                           "itself when it is started the next time.\n");
}

task<int> show_slow(runtime& on, ops::slow_order by, std::int64_t limit, bool json, bool own_server,
                    const terminal& where)
{
    const auto report = co_await ask_slow(on.database(), by, limit, own_server);
    if (json)
        print_json(report);
    if (!report.steps.empty()) {
        print_steps("pg_stat_statements cannot be asked yet. To have it:", report.steps, own_server);
        co_return 1;
    }
    if (json)
        co_return 0;
    table made{{{"total", column_kind::number},
                {"share", column_kind::number},
                {"mean", column_kind::number},
                {"calls", column_kind::number},
                {"rows", column_kind::number},
                {"cached", column_kind::number},
                {"query", column_kind::flexible}}};
    for (const auto& one : report.statements) {
        const auto blocks = one.blocks_hit + one.blocks_read;
        made.add({ops::short_duration(one.total_ms / 1000), fmt::format("{:.1f} %", one.share * 100),
                  fmt::format("{:.2f}ms", one.mean_ms), std::to_string(one.calls), std::to_string(one.rows),
                  blocks == 0 ? "" : fmt::format("{} %", 100 * one.blocks_hit / blocks), ops::one_line(one.query)});
    }
    fmt::print("{}", made.text(where));
    co_return 0;
}

task<int> show_plan(runtime& on, ops::explain_request request, bool json, const terminal& where)
{
    const bool analyze = request.analyze;
    const auto made =
        co_await ops::explain_statement(on.database(), std::move(request), deadline::after(std::chrono::hours{1}));
    if (json) {
        fmt::print("{}\n", made.json);
    } else {
        const auto plan = ops::read_plan(made.json);
        print_lines(where, ops::draw_plan(plan, !where.unicode));
    }
    if (made.generic)
        fmt::print(stderr,
                   "This is the plan for any values of the parameters; --param VALUE, once per parameter, gives "
                   "that for yours.\n");
    if (analyze)
        fmt::print(stderr, "The statement ran and was rolled back.\n");
    co_return 0;
}

task<int> show_suggestions(runtime& on, ops::suggest_request request, bool json, const terminal& where)
{
    const bool own_server = request.own_server;
    const auto report =
        co_await ops::suggest_indexes(on.database(), std::move(request), deadline::after(std::chrono::minutes{5}));
    if (json)
        print_json(report);
    if (!report.steps.empty()) {
        print_steps("No index is suggested unproven. To have them proven:", report.steps, own_server);
        co_return 1;
    }
    if (json)
        co_return 0;
    std::vector<std::string> lines;
    for (const auto& one : report.suggestions) {
        lines.push_back(fmt::format("{}  -- {:.0f} times cheaper ({:.0f} to {:.0f}), about {}", one.statement,
                                    one.cost_before / one.cost_after, one.cost_before, one.cost_after,
                                    ops::short_size(one.bytes)));
        for (const auto& query : one.queries)
            lines.push_back("    for: " + ops::one_line(query));
    }
    print_lines(where, lines);
    fmt::print(stderr, "{} {} looked at{}; {}.\n", counted(report.queries, "query"),
               report.queries == 1 ? "was" : "were",
               report.skipped ? fmt::format(", {} of them could not be planned here", report.skipped) : std::string{},
               report.suggestions.empty() ? "no index would make one ten times cheaper" : "costs are the planner's");
    co_return 0;
}

void add_slow(command_line& line, CLI::App& db)
{
    auto made =
        add_inspection(line, db, "slow", "The statements that take most, from pg_stat_statements",
                       "  lightdash-backend db slow\n"
                       "  lightdash-backend db slow --by mean --limit 5\n"
                       "  lightdash-backend db slow --json | jq -r '.statements[0].query'",
                       "{steps: [what to do first, when it cannot be asked], statements: [{query, calls, totalMs, "
                       "meanMs, share, rows, blocksHit, blocksRead}]}");
    const auto by = std::make_shared<ops::slow_order>(ops::slow_order::total);
    const auto limit = std::make_shared<std::int64_t>(20);
    const std::map<std::string, ops::slow_order> orders{{"total", ops::slow_order::total},
                                                        {"mean", ops::slow_order::mean},
                                                        {"calls", ops::slow_order::calls},
                                                        {"io", ops::slow_order::io}};
    made.command.add_option("--by", *by, "total time (default), mean time, calls, or io: blocks read and written")
        ->transform(CLI::CheckedTransformer(orders).description(""))
        ->type_name("total|mean|calls|io");
    made.command.add_option("--limit", *limit, "How many (default: 20)")->check(CLI::Range(1, 10'000));
    line.on_run(made.command, [&line, by, limit, json = made.json](const loaded_settings& loaded) {
        runtime on{loaded.values};
        return on.run(show_slow(on, *by, *limit, *json, is_own_server(loaded), line.out()));
    });
}

void add_explain(command_line& line, CLI::App& db)
{
    auto made =
        add_inspection(line, db, "explain", "PostgreSQL's plan of one statement as a tree; measured, it is rolled back",
                       "  lightdash-backend db explain -c \"select * from dashboards where name = 'Sales'\"\n"
                       "  lightdash-backend db explain --analyze -c \"update users set is_active = false\"\n"
                       "  lightdash-backend db explain query.sql --param 42 --param 'a text'\n"
                       "  lightdash-backend db explain query.sql --json > plan.json",
                       "PostgreSQL's own plan, [{Plan: …}], for viewers as pev2");
    const auto source = add_source(made.command);
    const auto request = std::make_shared<ops::explain_request>();
    const auto limit = std::make_shared<std::chrono::milliseconds>(10'000);
    const auto values = std::make_shared<std::vector<std::string>>();
    made.command.add_flag("--analyze", request->analyze,
                          "Run it and measure, in a transaction that is rolled back (numbers taken from sequences, and "
                          "what functions do outside of the database, stay)");
    made.command.add_option("--param", *values, "The value of $1, then of $2, …; NULL in capitals is NULL")
        ->expected(1)
        ->take_all()
        ->type_name("VALUE");
    add_duration(made.command, "--limit", limit, "The longest it may run (default: 10s)");
    line.on_run(made.command, [&line, source, request, limit, values, json = made.json](const loaded_settings& loaded) {
        const bool measured = request->analyze;
        ops::take_explain_off(*request, one_statement(*source));
        request->analyze = request->analyze || measured;
        request->limit = *limit;
        for (const auto& value : *values)
            request->parameters.push_back(value == "NULL" ? std::nullopt : std::optional{value});
        runtime on{loaded.values};
        return on.run(show_plan(on, *request, *json, line.out()));
    });
}

void add_suggest(command_line& line, CLI::App& db)
{
    auto made =
        add_inspection(line, db, "suggest", "Indexes that make a statement ten times cheaper, each proven with hypopg",
                       "  lightdash-backend db suggest\n"
                       "  lightdash-backend db suggest -c \"select * from charts where slug = 'revenue'\"\n"
                       "  lightdash-backend db suggest --json | jq -r '.suggestions[].statement'",
                       "{steps: [what to do first, when it cannot be proven], queries, skipped, suggestions: "
                       "[{schema, tableName, columns, statement, bytes, costBefore, costAfter, queries}]}");
    const auto source = add_source(made.command);
    const auto most = std::make_shared<std::int64_t>(20);
    made.command.add_option("--queries", *most, "How many of pg_stat_statements' costliest (default: 20)")
        ->check(CLI::Range(1, 1000));
    line.on_run(made.command, [&line, source, most, json = made.json](const loaded_settings& loaded) {
        ops::suggest_request request;
        request.most_queries = *most;
        request.own_server = is_own_server(loaded);
        if (source->given()) {
            ops::explain_request bare;
            ops::take_explain_off(bare, one_statement(*source));
            request.queries.push_back(bare.sql);
        }
        runtime on{loaded.values};
        return on.run(show_suggestions(on, std::move(request), *json, line.out()));
    });
}

} // namespace

void add_db_queries(command_line& line, CLI::App& db)
{
    add_slow(line, db);
    add_explain(line, db);
    add_suggest(line, db);
}

} // namespace lightdash::app
