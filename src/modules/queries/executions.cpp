#include "modules/queries/executions.hpp"

#include "lightdash/json/json.hpp"
#include "lightdash/sql/builder.hpp"

#include <utility>

namespace lightdash::queries {
namespace {

struct owning {
    uuid owner;
};
LIGHTDASH_DESCRIBE(owning, owner)

struct ended_row {
    result_id result;
    std::string columns;
    std::int64_t total_rows, bytes;
};
LIGHTDASH_DESCRIBE(ended_row, result, columns, total_rows, bytes)

struct claiming {
    uuid owner;
    std::vector<credentials_id> busy;
    double dead_after; // seconds
};
LIGHTDASH_DESCRIBE(claiming, owner, busy, dead_after)

// Of rows of query_results r: the owner's.
sql::condition is_under_way()
{
    return sql::where("r.owner", sql::param<uuid>("owner")).where("r.status", sql::raw("'executing'"));
}

} // namespace

sql::expression executions::told_to_runners()
{
    return sql::call("pg_notify", waiting_channel, "");
}

sql::expression executions::told_to_waiters()
{
    return sql::call("pg_notify", ended_channel, sql::raw("ended.id::text"));
}

task<std::optional<execution>> executions::claim(pg::session& db, uuid owner, const std::vector<credentials_id>& busy)
{
    static const auto due =
        sql::select("q.id")
            .from("query_results as q")
            .where(sql::raw::open("(q.status = 'queued' or q.status = 'executing' and "
                                  "q.heartbeat_at < clock_timestamp() - make_interval(secs => :dead_after))"))
            .where(sql::raw::open("q.connection_id <> all(:busy)"))
            .order_by("q.created_at")
            .order_by("q.id")
            .limit(sql::raw("1"))
            .for_no_key_update()
            .skip_locked();
    static const auto claim =
        sql::select(warehouses::stored_columns<execution>("w")
                        .set("result", "t.id")
                        .set("organization", "w.organization_id")
                        .set("columns", sql::raw("t.columns::text"))
                        .set("arguments", sql::raw("t.arguments::text"))
                        .set("statement", "t.statement")
                        .set("timezone", "t.timezone")
                        .set("row_limit", "t.row_limit"))
            .with("t", sql::update("query_results as r")
                           .set("status", sql::raw("'executing'"))
                           .set("owner", sql::param<uuid>("owner"))
                           .set("heartbeat_at", sql::raw("clock_timestamp()"))
                           .set("started_at", sql::raw("clock_timestamp()"))
                           .where_in("r.id", due)
                           .returning("r.*"))
            .with_unread("forgotten",
                         sql::remove("query_result_pages as p").using_tables("t").where_column("p.result_id", "t.id"))
            .from("t")
            .join("warehouse_connections as w", "w.id", "t.connection_id")
            .named<claiming>("queries.claim");
    return db.maybe<execution>(claim({owner, busy, std::chrono::duration<double>{dead_after}.count()}));
}

task<bool> executions::any_under_way(pg::session& db)
{
    static const auto any =
        sql::select(sql::raw("exists (select from query_results as q where q.status in ('queued', 'executing'))"))
            .named("queries.any_under_way");
    return db.one<bool>(any());
}

task<std::vector<result_id>> executions::beat(pg::session& db, uuid owner)
{
    static const auto beat = sql::update("query_results as r")
                                 .set("heartbeat_at", sql::raw("clock_timestamp()"))
                                 .where(is_under_way())
                                 .returning("r.id")
                                 .named<owning>("queries.beat");
    return db.all<result_id>(beat({owner}));
}

task<bool> executions::append(pg::session& db, uuid owner, const page& rows)
{
    // The lock keeps whoever takes the execution over from doing so before the page is there to be removed.
    static const auto mine = sql::select("r.id", sql::param<std::int32_t>("number"),
                                         sql::param<std::int32_t>("row_count"), sql::param<std::string_view>("rows"))
                                 .from("query_results as r")
                                 .where("r.id", sql::param<result_id>("result"))
                                 .where(is_under_way())
                                 .for_share();
    static const auto insert = sql::insert("query_result_pages")
                                   .columns("result_id", "number", "row_count", "rows")
                                   .from(mine)
                                   .on_conflict(sql::conflict("result_id", "number").merge("row_count", "rows"))
                                   .named<owning, page>("queries.append_page");
    co_return co_await db.execute(insert({owner}, rows)) == 1;
}

task<void> executions::finish(pg::session& db, uuid owner, const ending& how)
{
    static const auto finish =
        sql::select(told_to_waiters())
            .with("ended", sql::update("query_results as r")
                               .set("status", sql::raw("'ready'"))
                               .set("columns", sql::raw::open("cast(:columns as text)::jsonb"))
                               .set("total_rows", sql::param<std::int64_t>("total_rows"))
                               .set("bytes", sql::param<std::int64_t>("bytes"))
                               .set("finished_at", sql::raw("clock_timestamp()"))
                               .set("expires_at", sql::raw("clock_timestamp() + make_interval(secs => "
                                                           "coalesce(p.results_cache_ttl_seconds, 86400))"))
                               .set("last_read_at", sql::now())
                               .from("projects as p")
                               .where_column("p.id", "r.project_id")
                               .where("r.id", sql::param<result_id>("result"))
                               .where(is_under_way())
                               .returning("r.id"))
            .from("ended")
            .named<owning, ended_row>("queries.finish");
    std::string columns;
    json::write(columns, how.columns);
    co_await db.execute(finish({owner}, {how.result, std::move(columns), how.total_rows, how.bytes}));
}

task<void> executions::fail(pg::session& db, uuid owner, const failing& how)
{
    static const auto fail =
        sql::select(told_to_waiters())
            .with("ended", sql::update("query_results as r")
                               .set("status", sql::raw("'error'"))
                               .set("error", sql::param<std::string_view>("why"))
                               .set("sqlstate", sql::param<std::string_view>("sqlstate"))
                               .set("finished_at", sql::raw("clock_timestamp()"))
                               .where("r.id", sql::param<result_id>("result"))
                               .where(is_under_way())
                               .returning("r.id"))
            .with_unread(
                "forgotten",
                sql::remove("query_result_pages as p").using_tables("ended").where_column("p.result_id", "ended.id"))
            .from("ended")
            .named<owning, failing>("queries.fail");
    co_await db.execute(fail({owner}, how));
}

task<void> executions::release(pg::session& db, uuid owner)
{
    static const auto release = sql::select(told_to_runners())
                                    .with("freed", sql::update("query_results as r")
                                                       .set("status", sql::raw("'queued'"))
                                                       .set("owner", sql::raw("null"))
                                                       .where(is_under_way())
                                                       .returning("r.id"))
                                    .from("freed")
                                    .named<owning>("queries.release");
    co_await db.execute(release({owner}));
}

task<void> executions::give_up_waiting(pg::session& db, std::chrono::seconds patience)
{
    static const auto give_up =
        sql::select(told_to_waiters())
            .with("ended",
                  sql::update("query_results as r")
                      .set("status", sql::raw("'error'"))
                      .set("error",
                           sql::raw("'The warehouse was busy with other queries all the time: try again later.'"))
                      .set("finished_at", sql::raw("clock_timestamp()"))
                      .where(sql::raw("r.status = 'queued'"))
                      .where("r.created_at", "<", sql::raw::open("clock_timestamp() - make_interval(secs => :seconds)"))
                      .returning("r.id"))
            .from("ended")
            .named<double>("queries.give_up_waiting");
    co_await db.execute(give_up(static_cast<double>(patience.count())));
}

} // namespace lightdash::queries
