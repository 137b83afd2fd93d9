#include "modules/queries/store.hpp"

#include "lightdash/api/outcome.hpp"
#include "lightdash/core/digest.hpp"
#include "lightdash/core/error.hpp"
#include "lightdash/sql/builder.hpp"
#include "modules/access/condition.hpp"
#include "modules/queries/executions.hpp"
#include "modules/shared/secret_digest.hpp"

#include <fmt/format.h>

#include <utility>

namespace lightdash::queries {
namespace {

struct found_target : target {
    bool allowed;
    bool connected;
};
LIGHTDASH_DESCRIBE_DERIVED(found_target, target, allowed, connected)

// One statement's part of a cache key: no two lists of parts make the same text.
void add_part(std::string& key, std::string_view part)
{
    key += fmt::format("{}:", part.size());
    key += part;
}

// Equal for questions that any warehouse answers equally, and for no others. A redeployed explore, other credentials,
// another limit make another key; who asks does not.
std::string key_of(project_id project, const target& at, const question& asked)
{
    std::string key;
    add_part(key, "1"); // the version of this and of what is kept of rows
    add_part(key, project.to_string());
    add_part(key, at.connection.to_string());
    add_part(key, at.revision);
    add_part(key, asked.explore_etag.value_or(""));
    add_part(key, asked.statement);
    for (const auto& each : asked.arguments) {
        add_part(key, std::to_string(each.type));
        add_part(key, each.value ? "+" + *each.value : "");
    }
    add_part(key, asked.timezone);
    add_part(key, std::to_string(asked.row_limit));
    return key;
}

struct beginning {
    project_id project;
    credentials_id connection;
    pg::bytes cache_key;
    std::string_view statement;
    std::string arguments, columns;
    std::string_view timezone;
    std::int32_t row_limit;
    bool fresh; // no kept rows are taken
    std::string_view context;
    std::optional<std::string> explore_name;
    std::optional<chart_id> chart;
    std::optional<std::string> metric_query;
    std::string_view fields;
    std::int64_t most_waiting;
};
LIGHTDASH_DESCRIBE(beginning, project, connection, cache_key, statement, arguments, columns, timezone, row_limit, fresh,
                   context, explore_name, chart, metric_query, fields, most_waiting)

struct begun_row {
    std::optional<query_id> id;
    bool cache_hit;
    std::optional<pg::timestamptz> finished_at, expires_at;
    bool crowded;
};
LIGHTDASH_DESCRIBE(begun_row, id, cache_hit, finished_at, expires_at, crowded)

struct wanted_page {
    query_id query;
    project_id project;
    std::int64_t first_page, last_page;
};
LIGHTDASH_DESCRIBE(wanted_page, query, project, first_page, last_page)

struct cancelled_rows {
    std::int64_t mine, told;
};
LIGHTDASH_DESCRIBE(cancelled_rows, mine, told)

struct wanted_query {
    query_id query;
    project_id project;
};
LIGHTDASH_DESCRIBE(wanted_query, query, project)

// Rows h of query_history.
template <class Statement>
void is_own(Statement& statement)
{
    statement.where("h.id", sql::param<query_id>("query"))
        .where("h.project_id", sql::param<project_id>("project"))
        .where("h.created_by", sql::param<user_id>());
}

} // namespace

pg::statement_batch::ticket store::ask_target(pg::statement_batch& statements, const caller& who, access::scope right,
                                              project_id project)
{
    const auto statement_of = [](access::scope needed, pg::sql_literal name) {
        return sql::select(sql::columns_of<found_target>()
                               .set("connection", sql::raw("coalesce(w.id, p.id)"))
                               .set("revision", sql::raw("coalesce(w.updated_at::text, '')"))
                               .set("allowed", sql::expression{access::may_in(needed, "p")})
                               .set("connected", sql::raw("w.id is not null")))
            .from("projects as p")
            .left_join("warehouse_connections as w", "w.id", "p.warehouse_connection_id")
            .where("p.id", sql::param<project_id>())
            .template named<project_id, caller>(name);
    };
    static const auto of_sql = statement_of(access::scope::run_sql, "queries.target_of_sql");
    static const auto of_explore = statement_of(access::scope::manage_explore, "queries.target_of_explore");
    static const auto of_chart = statement_of(access::scope::view_project, "queries.target_of_chart");
    const auto& find = right == access::scope::run_sql          ? of_sql
                       : right == access::scope::manage_explore ? of_explore
                                                                : of_chart;
    return statements.add(find(project, who));
}

target store::target_in(const pg::statement_batch& answered, pg::statement_batch::ticket asked, access::scope right)
{
    auto found = access::require_allowed(answered.maybe<found_target>(asked), right, "project");
    if (!found.connected)
        throw error{
            error_kind::invalid_parameter,
            "This project has no connection to a warehouse: give it one with PATCH /api/v1/projects/{project}."};
    return target{found.connection, std::move(found.revision)};
}

task<begun_query> store::begin(pg::transaction& tx, const caller& who, project_id project, const target& at,
                               const question& asked)
{
    static const auto kept = sql::select("r.id", "r.finished_at", "r.expires_at")
                                 .from("query_results as r")
                                 .where("r.cache_key", sql::param<pg::bytes>("cache_key"))
                                 .where(sql::raw("r.status = 'ready' and r.expires_at > now()"))
                                 .where(sql::raw::open("not :fresh"))
                                 .order_by("r.finished_at", sql::desc)
                                 .limit(sql::raw("1"));
    static const auto under_way = sql::select("r.id")
                                      .from("query_results as r")
                                      .where("r.cache_key", sql::param<pg::bytes>("cache_key"))
                                      .where(sql::raw("r.status in ('queued', 'executing')"));
    static const auto crowd = sql::raw::open(
        "(select count(*) from query_results as c where c.connection_id = :connection and c.status = 'queued') "
        ">= :most_waiting");
    static const auto queued =
        sql::insert("query_results")
            .columns("project_id", "connection_id", "cache_key", "statement", "arguments", "columns", "timezone",
                     "row_limit")
            .from(sql::select(sql::param<project_id>("project"), sql::param<credentials_id>("connection"),
                              sql::param<pg::bytes>("cache_key"), sql::param<std::string_view>("statement"),
                              sql::raw::open("cast(:arguments as text)::jsonb"),
                              sql::raw::open("cast(:columns as text)::jsonb"), sql::param<std::string_view>("timezone"),
                              sql::param<std::int32_t>("row_limit"))
                      .where(sql::raw("not exists (select from kept) and not exists (select from under_way)"))
                      .where(sql::raw("not (select crowded from crowd)")))
            .on_conflict(
                sql::conflict("cache_key").where(sql::where(sql::raw("status in ('queued', 'executing')"))).ignore())
            .returning("id");
    static const auto noted =
        sql::insert("query_history")
            .columns("project_id", "created_by", "chart_id", "result_id", "context", "explore_name", "metric_query",
                     "fields", "cache_hit")
            .from(sql::select(sql::param<project_id>("project"), sql::param<user_id>(),
                              sql::param<std::optional<chart_id>>("chart"), "a.id",
                              sql::param<std::string_view>("context"),
                              sql::param<std::optional<std::string>>("explore_name"),
                              sql::raw::open("cast(:metric_query as text)::jsonb"),
                              sql::raw::open("cast(:fields as text)::jsonb"), sql::raw("exists (select from kept)"))
                      .from("answering as a"))
            .returning("id");
    static const auto begin =
        sql::select(sql::raw("(select id from noted) as id"), sql::raw("exists (select from kept) as cache_hit"),
                    sql::raw("(select finished_at from kept) as finished_at"),
                    sql::raw("(select expires_at from kept) as expires_at"),
                    sql::raw("(select crowded from crowd) as crowded"))
            .with("kept", kept)
            .with("under_way", under_way)
            .with("crowd", sql::select(sql::raw(crowd).as("crowded")))
            .with("queued", queued)
            .with("answering", sql::select("id")
                                   .from("kept")
                                   .union_all(sql::select("id").from("under_way"))
                                   .union_all(sql::select("id").from("queued")))
            .with("noted", noted)
            .with("told", sql::select(executions::told_to_runners()).from("queued"))
            .where(sql::raw("(select count(*) from told) >= 0"))
            .named<caller, beginning>("queries.begin");
    const auto key = key_of(project, at, asked);
    std::string arguments, columns;
    json::write(arguments, asked.arguments);
    json::write(columns, asked.columns);
    pg::statement_batch whole;
    const auto row = whole.add(begin(who, {.project = project,
                                           .connection = at.connection,
                                           .cache_key = secret_digest(key),
                                           .statement = asked.statement,
                                           .arguments = std::move(arguments),
                                           .columns = std::move(columns),
                                           .timezone = asked.timezone,
                                           .row_limit = asked.row_limit,
                                           .fresh = asked.invalidate_cache,
                                           .context = asked.context,
                                           .explore_name = asked.explore_name,
                                           .chart = asked.chart,
                                           .metric_query = asked.metric_query,
                                           .fields = asked.fields,
                                           .most_waiting = static_cast<std::int64_t>(most_waiting)}));
    co_await tx.finish(whole);
    const auto made = whole.one<begun_row>(row);
    if (!made.id && made.crowded)
        throw error{error_kind::rate_limited,
                    fmt::format("{} queries wait for this warehouse already: try again later.", most_waiting)}
            .with_retry_after(std::chrono::seconds{2});
    if (!made.id) // an equal one was queued at the same moment: the next look sees it
        throw error{error_kind::serialization_failure, "Somebody else asked the same at the same moment."};
    begun_query told{.query_uuid = *made.id, .cache_metadata = {.cache_hit = made.cache_hit}};
    if (made.cache_hit) {
        told.cache_metadata.cache_updated_time = *made.finished_at;
        told.cache_metadata.cache_expires_at = *made.expires_at;
    }
    told.cache_metadata.cache_key = sha256_hex(key);
    if (asked.metric_query)
        told.metric_query = json::raw{*asked.metric_query};
    told.fields = json::raw{asked.fields};
    told.warnings = asked.warnings;
    told.used_parameters_values = json::raw{"{}"};
    co_return told;
}

task<stored_answer> store::read(pg::session& db, const caller& who, project_id project, query_id id,
                                std::int64_t offset, std::int64_t size)
{
    static const auto find =
        sql::select(
            sql::columns_of<stored_answer>("r")
                .set("allowed", sql::expression{access::may_in(access::scope::view_project, "p")})
                .set("found", sql::raw("h.id is not null"))
                .set("status", sql::raw("case when h.cancelled_at is not null then 'cancelled' else "
                                        "coalesce(r.status, 'expired') end"))
                .set("result", sql::raw("coalesce(r.id, p.id)"))
                .set("columns", sql::raw("coalesce(r.columns, '[]')::text"))
                .set("total_rows", sql::raw("coalesce(r.total_rows, 0)"))
                .set("execution_ms", sql::raw("extract(epoch from r.finished_at - r.started_at)::float8 * 1000"))
                .set("rows",
                     sql::raw::open("(select case when count(*) = 1 then min(p.rows) else "
                                    "string_agg(p.rows, E',\\n' order by p.number) end from query_result_pages as p "
                                    "where p.result_id = r.id and r.status = 'ready' and "
                                    "p.number between :first_page and :last_page)")))
            .from("projects as p")
            .left_join("query_history as h", sql::on("h.project_id", "p.id")
                                                 .where("h.id", sql::param<query_id>("query"))
                                                 .where("h.created_by", sql::param<user_id>()))
            .left_join("query_results as r", "r.id", "h.result_id")
            .where("p.id", sql::param<project_id>("project"))
            .named<caller, wanted_page>("queries.read");
    auto found = co_await db.maybe<stored_answer>(
        find(who, {id, project, offset / rows_of_page + 1, (offset + size - 1) / rows_of_page + 1}));
    auto answer = access::require_allowed(std::move(found), access::scope::view_project, "project");
    if (!answer.found)
        api::throw_not_found("query");
    co_return answer;
}

task<void> store::cancel(pg::transaction& tx, const caller& who, project_id project, query_id id)
{
    static const auto cancel =
        sql::select(sql::raw("(select count(*) from mine) as mine"), sql::raw("(select count(*) from told) as told"))
            .with("mine", sql::update("query_history as h")
                              .set("cancelled_at", sql::raw("coalesce(h.cancelled_at, now())"))
                              .modify(is_own<sql::update>)
                              .returning("h.id", "h.result_id"))
            .with("ended", sql::update("query_results as r")
                               .set("status", sql::raw("'cancelled'"))
                               .set("finished_at", sql::raw("clock_timestamp()"))
                               .from("mine as m")
                               .where_column("r.id", "m.result_id")
                               .where(sql::raw(
                                   "r.status in ('queued', 'executing') and not exists (select from query_history as o "
                                   "where o.result_id = r.id and o.id <> m.id and o.cancelled_at is null)"))
                               .returning("r.id"))
            .with("told", sql::select(executions::told_to_runners(), executions::told_to_waiters()).from("ended"))
            .named<caller, wanted_query>("queries.cancel");
    static const auto may_see = access::ask_project(access::scope::view_project, "queries.may_see_project");
    pg::statement_batch whole;
    const auto allowed = whole.add(may_see(project, who));
    const auto row = whole.add(cancel(who, {id, project}));
    co_await tx.finish(whole);
    access::require_allowed(whole.maybe<bool>(allowed), access::scope::view_project, "project");
    if (whole.one<cancelled_rows>(row).mine == 0)
        api::throw_not_found("query");
}

} // namespace lightdash::queries
