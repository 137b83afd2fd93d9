#include "lightdash/ops/inspect/suggest.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/ops/inspect/borrowed_extension.hpp"
#include "lightdash/ops/inspect/explain.hpp"
#include "lightdash/ops/inspect/plan_reader.hpp"
#include "lightdash/sql/identifier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace lightdash::ops {
namespace {

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
    bool partitioned = false;
};

// A plan reads partitions; the index is made on the table that they are partitions of, and is one of each.
struct root_of_table {
    std::string schema, table_name, root_schema, root_name;
    bool partitioned = false;
};
LIGHTDASH_DESCRIBE(root_of_table, schema, table_name, root_schema, root_name, partitioned)

const pg::statement roots_of{"suggest.roots", R"(
    select n.nspname::text as schema, c.relname::text as table_name, rn.nspname::text as root_schema,
           r.relname::text as root_name, r.relkind = 'p' as partitioned
    from (select distinct * from unnest($1::text[], $2::text[])) x(schema, name)
    join pg_catalog.pg_namespace n on n.nspname = x.schema
    join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = x.name
    join pg_catalog.pg_class r on r.oid = coalesce(pg_catalog.pg_partition_root(c.oid), c.oid)
    join pg_catalog.pg_namespace rn on rn.oid = r.relnamespace)"};

struct candidate_group {
    index_candidate whole;
    bool partitioned = false;
    std::vector<index_candidate> parts;
};

constexpr std::size_t most_groups = 16, most_parts = 1024;

class advisor {
public:
    advisor(pg::transaction& tx, const suggest_request& request, const std::string& schema)
        : tx_(tx), request_(request), with_(schema)
    {}

    // Throws what PostgreSQL says to the query; the transaction goes on.
    task<void> look_at(std::string query)
    {
        const auto before = co_await plan_of(query);
        const auto candidates = co_await grouped(candidates_of(before, most_groups * most_parts));
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
        co_return read_plan(answer.json);
    }

    static explain_request verbose(const std::string& query)
    {
        explain_request made;
        made.sql = query;
        made.verbose = true;
        return made;
    }

    // Those with fewer columns first.
    task<std::vector<candidate_group>> grouped(std::vector<index_candidate> candidates)
    {
        std::vector<std::string> schemas, names;
        for (const auto& one : candidates) {
            schemas.push_back(one.schema);
            names.push_back(one.table_name);
        }
        const auto roots = co_await tx_.all<root_of_table>(roots_of, schemas, names);
        std::vector<candidate_group> groups;
        for (auto& one : candidates) {
            const auto root = std::ranges::find_if(
                roots, [&](const auto& row) { return row.schema == one.schema && row.table_name == one.table_name; });
            if (root == roots.end())
                continue;
            index_candidate whole{root->root_schema, root->root_name, one.columns};
            auto group = std::ranges::find(groups, whole, &candidate_group::whole);
            if (group == groups.end() && groups.size() == most_groups)
                continue;
            if (group == groups.end())
                group = groups.insert(groups.end(), {std::move(whole), root->partitioned, {}});
            group->parts.push_back(std::move(one));
        }
        co_return groups;
    }

    // Empty when PostgreSQL would not make such an index (a type without an order).
    task<std::optional<std::int64_t>> make_hypothetical(index_candidate candidate)
    {
        const auto create = create_statement(candidate, false);
        try {
            co_return co_await tx_.savepoint([this, create]() { return tx_.one<std::int64_t>(with_.make, create); });
        } catch (const error& failure) {
            if (!failure.database() || failure.poisons_connection())
                throw;
        }
        co_return std::nullopt;
    }

    task<std::optional<trial>> attempt(std::string query, candidate_group group)
    {
        std::vector<std::int64_t> made;
        for (const auto& part : group.parts)
            if (const auto index = co_await make_hypothetical(part))
                made.push_back(*index);
        if (made.empty())
            co_return std::nullopt;
        const auto plan = co_await plan_of(query);
        trial result{std::move(group.whole), plan.root.total_cost, 0, group.partitioned};
        for (const auto index : made) {
            result.bytes += co_await tx_.one<std::int64_t>(with_.size, index);
            co_await tx_.execute(with_.drop, index);
        }
        co_return result;
    }

    void add(const std::string& query, double before, const trial& best)
    {
        // PostgreSQL makes an index of a partitioned table only with its writers locked out.
        const auto statement = create_statement(best.candidate, !best.partitioned) + ";";
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

task<suggest_report> suggest_indexes(pg::database& db, suggest_request request, deadline until)
{
    static const pg::statement set_limits{"suggest.limits", R"(
        select set_config('statement_timeout', '10000', true), set_config('lock_timeout', '2000', true))"};
    auto tx = co_await db.begin({.level = pg::isolation::read_committed, .read_only = !request.own_server}, until);
    co_await tx.execute(set_limits);
    if (request.own_server) {
        co_await borrow_extension(tx, "hypopg");
        co_await borrow_extension(tx, "pg_stat_statements");
    }
    const auto hypopg = co_await tx.one<extension_state>(extension_statement(), "hypopg");
    suggest_report report{steps_to_hypopg(hypopg), 0, 0, {}};
    const auto queries = co_await queries_to_look_at(tx, request, report);
    if (!report.steps.empty())
        co_return report;
    advisor advise{tx, request, *hypopg.schema};
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
