#include "lightdash/ops/inspect/suggest.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/ops/inspect/borrowed_extension.hpp"
#include "lightdash/ops/inspect/explain.hpp"
#include "lightdash/sql/identifier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace lightdash::ops {
namespace {

constexpr std::string_view module_name = "hypopg";

std::vector<std::string> steps_to_hypopg(const extension_state& state)
{
    std::vector<std::string> steps;
    if (!state.available)
        steps.emplace_back(
            "Install hypopg on the server (Debian: apt-get install postgresql-NN-hypopg, NN its version).");
    if (!state.installed)
        steps.emplace_back("As superuser, in this database: CREATE EXTENSION hypopg;");
    return steps;
}

// hypopg's functions, in the schema that it was put into.
struct hypothetical {
    pg::statement make, size, drop;

    explicit hypothetical(const std::string& schema)
        : make(function("make", "select indexrelid::int8 from {}.hypopg_create_index($1)", schema)),
          size(function("size", "select {}.hypopg_relation_size($1::int8::oid)", schema)),
          drop(function("drop", "select {}.hypopg_drop_index($1::int8::oid)", schema))
    {}

private:
    static pg::statement function(std::string_view name, std::string_view text, const std::string& schema)
    {
        return pg::statement::trusted(fmt::format("suggest.{}", name),
                                      fmt::format(fmt::runtime(text), sql::quote_identifier(schema)));
    }
};

struct trial {
    index_candidate candidate;
    double cost = 0;
    std::int64_t bytes = 0;
};

class advisor {
public:
    advisor(pg::transaction& tx, const suggest_request& request, const plan_reader& read, const std::string& schema)
        : tx_(tx), request_(request), read_(read), with_(schema)
    {}

    // Throws what PostgreSQL says to the query; the transaction goes on.
    task<void> look_at(std::string query)
    {
        const auto before = co_await plan_of(query);
        const auto candidates = candidates_of(before);
        std::optional<trial> best;
        for (const auto& candidate : candidates) {
            auto one = co_await attempt(query, candidate);
            if (one && (!best || one->cost < best->cost))
                best = std::move(one);
        }
        if (best && best->cost * request_.least_gain <= before.root.total_cost)
            add(query, before.root.total_cost, *best);
    }

    std::vector<index_suggestion> take() { return std::move(found_); }

private:
    task<query_plan> plan_of(std::string query)
    {
        const auto answer = co_await tx_.savepoint([this, query]() { return explain_within(tx_, verbose(query)); });
        co_return read_(answer.json);
    }

    static explain_request verbose(const std::string& query)
    {
        explain_request made;
        made.sql = query;
        made.verbose = true;
        return made;
    }

    // Empty when PostgreSQL would not make such an index (a type without an order).
    task<std::optional<trial>> attempt(std::string query, index_candidate candidate)
    {
        std::optional<std::int64_t> index;
        const auto create = create_statement(candidate, false);
        try {
            index = co_await tx_.savepoint([this, create]() { return tx_.one<std::int64_t>(with_.make, create); });
        } catch (const error& failure) {
            if (!failure.database() || failure.poisons_connection())
                throw;
        }
        if (!index)
            co_return std::nullopt;
        const auto plan = co_await plan_of(query);
        const auto bytes = co_await tx_.one<std::int64_t>(with_.size, *index);
        co_await tx_.execute(with_.drop, *index);
        co_return trial{std::move(candidate), plan.root.total_cost, bytes};
    }

    void add(const std::string& query, double before, const trial& best)
    {
        const auto statement = create_statement(best.candidate, true) + ";";
        const auto known = std::ranges::find(found_, statement, &index_suggestion::statement);
        if (known == found_.end()) {
            found_.push_back({best.candidate.schema,
                              best.candidate.table_name,
                              best.candidate.columns,
                              statement,
                              best.bytes,
                              before,
                              best.cost,
                              {query}});
            return;
        }
        known->queries.push_back(query);
        if (before / best.cost > known->cost_before / known->cost_after) {
            known->cost_before = before;
            known->cost_after = best.cost;
        }
    }

    pg::transaction& tx_;
    const suggest_request& request_;
    const plan_reader& read_;
    hypothetical with_;
    std::vector<index_suggestion> found_;
};

task<std::vector<std::string>> queries_to_look_at(pg::session& db, const suggest_request& request,
                                                  suggest_report& report)
{
    if (!request.queries.empty())
        co_return request.queries;
    auto slow = co_await read_slow(db, slow_order::total, request.most_queries);
    report.steps.insert(report.steps.end(), slow.steps.begin(), slow.steps.end());
    std::vector<std::string> queries;
    for (auto& one : slow.statements)
        queries.push_back(std::move(one.query));
    co_return queries;
}

} // namespace

task<suggest_report> suggest_indexes(pg::database& db, suggest_request request, plan_reader read, deadline until)
{
    static const pg::statement set_limits{"suggest.limits", R"(
        select set_config('statement_timeout', '10000', true), set_config('lock_timeout', '2000', true))"};
    auto tx = co_await db.begin({.level = pg::isolation::read_committed, .read_only = !request.own_server}, until);
    co_await tx.execute(set_limits);
    if (request.own_server) {
        co_await borrow_extension(tx, module_name);
        co_await borrow_extension(tx, "pg_stat_statements");
    }
    const auto hypopg = co_await tx.one<extension_state>(extension_statement(), module_name);
    suggest_report report{steps_to_hypopg(hypopg), 0, 0, {}};
    const auto queries = co_await queries_to_look_at(tx, request, report);
    if (!report.steps.empty())
        co_return report;
    advisor advise{tx, request, read, *hypopg.schema};
    for (const auto& query : queries) {
        ++report.queries;
        try {
            co_await advise.look_at(query);
        } catch (const error& failure) {
            if (!failure.database() || failure.poisons_connection() || request.queries.size() == 1)
                throw;
            ++report.skipped;
        }
    }
    report.suggestions = advise.take();
    co_await tx.rollback();
    co_return report;
}

} // namespace lightdash::ops
