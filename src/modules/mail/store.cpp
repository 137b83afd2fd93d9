#include "modules/mail/store.hpp"

#include "lightdash/sql/builder.hpp"

namespace lightdash::mail {
namespace {

sql::expression in_seconds()
{
    return sql::raw::open("now() + make_interval(secs => :seconds)");
}

} // namespace

task<std::optional<letter>> store::take(pg::session& db, std::chrono::seconds lease)
{
    static const auto due = sql::select("id")
                                .from("outbox")
                                .where_null("done_at")
                                .where("next_attempt_at", "<=", sql::now())
                                .order_by("next_attempt_at")
                                .limit(sql::raw("1"))
                                .for_update()
                                .skip_locked();
    static const auto update = sql::update("outbox")
                                   .set("attempts", sql::raw("attempts + 1"))
                                   .set("next_attempt_at", in_seconds())
                                   .where_in("id", due)
                                   .returning("id", "recipient", "subject", "text", "attempts")
                                   .named<double>("outbox.take");
    return db.maybe<letter>(update(static_cast<double>(lease.count())));
}

task<void> store::close(pg::session& db, mail_id id, std::optional<std::string_view> failure)
{
    using reason = std::optional<std::string_view>;
    static const auto update = sql::update("outbox")
                                   .set("text", sql::raw("null"))
                                   .set("done_at", sql::now())
                                   .set("last_error", sql::param<reason>())
                                   .where("id", sql::param<mail_id>())
                                   .named<reason, mail_id>("outbox.close");
    co_await db.execute(update(failure, id));
}

task<void> store::try_again(pg::session& db, mail_id id, std::string_view failure, std::chrono::seconds pause)
{
    using reason = std::string_view;
    static const auto update = sql::update("outbox")
                                   .set("last_error", sql::param<reason>())
                                   .set("next_attempt_at", in_seconds())
                                   .where("id", sql::param<mail_id>())
                                   .named<reason, double, mail_id>("outbox.try_again");
    co_await db.execute(update(failure, static_cast<double>(pause.count()), id));
}

task<void> store::sweep(pg::session& db)
{
    static const auto erase =
        sql::remove("outbox").where("done_at", "<", sql::raw("now() - interval '7 days'")).named("outbox.sweep");
    co_await db.execute(erase());
}

} // namespace lightdash::mail
