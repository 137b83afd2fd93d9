#include "modules/queries/service.hpp"

#include "lightdash/sql/builder.hpp"

#include <algorithm>

namespace lightdash::queries {
namespace {

// Of the results that `chosen` selects: their rows go.
sql::update expiring(const sql::select& chosen)
{
    return sql::update("query_results as r")
        .with("chosen", chosen)
        .with_unread("forgotten",
                     sql::remove("query_result_pages as p").where_in("p.result_id", sql::select("id").from("chosen")))
        .set("status", sql::raw("'expired'"))
        .set("bytes", sql::raw("0"))
        .where_in("r.id", sql::select("id").from("chosen"));
}

} // namespace

task<std::uint64_t> expire(pg::session& db)
{
    static const auto expire = expiring(sql::select("e.id")
                                            .from("query_results as e")
                                            .where(sql::raw("e.status = 'ready' and e.expires_at < now()"))
                                            .order_by("e.expires_at")
                                            .limit(swept_at_once)
                                            .for_update()
                                            .skip_locked())
                                   .named("queries.expire");
    return db.execute(expire());
}

task<std::uint64_t> evict(pg::session& db)
{
    static const auto newest_first =
        sql::select(
            "e.id",
            sql::raw("sum(e.bytes) over (partition by e.project_id order by e.last_read_at desc, e.id) as kept_bytes"))
            .from("query_results as e")
            .where(sql::raw("e.status = 'ready'"));
    static const auto evict = expiring(sql::select("n.id")
                                           .from(newest_first.as("n"))
                                           .where("n.kept_bytes", ">", bytes_of_project)
                                           .limit(swept_at_once))
                                  .named("queries.evict");
    return db.execute(evict());
}

task<std::uint64_t> forget(pg::session& db, std::chrono::days kept)
{
    static const auto old = sql::select("h.id")
                                .from("query_history as h")
                                .where("h.created_at", "<", sql::raw::open("now() - make_interval(days => :days)"))
                                .order_by("h.created_at")
                                .limit(swept_at_once)
                                .for_update()
                                .skip_locked();
    static const auto forget = sql::remove("query_history").where_in("id", old).named<std::int32_t>("queries.forget");
    static const auto unread =
        sql::remove("query_results")
            .where_in("id",
                      sql::select("r.id")
                          .from("query_results as r")
                          .where(sql::raw("r.status in ('expired', 'error', 'cancelled') and r.created_at < now() - "
                                          "interval '1 hour' and not exists (select from query_history as h where "
                                          "h.result_id = r.id)"))
                          .limit(swept_at_once)
                          .for_update()
                          .skip_locked())
            .named("queries.forget_results");
    const auto forgotten = co_await db.execute(forget(static_cast<std::int32_t>(kept.count())));
    const auto removed = co_await db.execute(unread());
    co_return std::max(forgotten, removed);
}

} // namespace lightdash::queries
