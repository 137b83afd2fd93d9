#include "modules/audit/store.hpp"

#include "lightdash/core/time.hpp"
#include "lightdash/sql/builder.hpp"
#include "modules/shared/columns.hpp"

#include <fmt/format.h>

namespace lightdash::audit {
namespace {

// What an entry must have to be told; what is empty says nothing.
struct filter {
    std::optional<std::string> action, subject;
    std::optional<user_id> acting_user;
    std::optional<pg::timestamptz> first_time, end_time;
};
LIGHTDASH_DESCRIBE(filter, action, subject, acting_user, first_time, end_time)

std::optional<pg::timestamptz> time_of(const std::optional<std::string>& text, std::string_view parameter)
{
    if (!text)
        return std::nullopt;
    if (const auto time = parse_iso8601(*text))
        return time;
    throw error{error_kind::invalid_body, "The query has faults."}.with_fields(
        {{std::string{parameter}, fmt::format("The query parameter {} must be a time such as 2026-11-22T21:00:00Z; a + "
                                              "in it is written %2B.",
                                              parameter)}});
}

} // namespace

task<api::page<entry>> store::list(pg::session& db, const caller& who, const api::query<entry_query>& asked)
{
    static const auto found =
        sql::select()
            .from("audit_log")
            .where("organization_id", sql::param<organization_id>())
            .where(sql::raw::open("(:action::text is null or action = :action::text)"))
            .where(sql::raw::open("(:subject::text is null or subject = :subject::text)"))
            .where(sql::raw::open("(:acting_user::uuid is null or user_id = :acting_user::uuid)"))
            .where(sql::raw::open("(:first_time::timestamptz is null or created_at >= :first_time::timestamptz)"))
            .where(sql::raw::open("(:end_time::timestamptz is null or created_at < :end_time::timestamptz)"));
    static const auto count = sql::select{found}.count().named<caller, filter>("audit.count");
    static const auto page_of = sql::select{found}
                                    .columns(sql::columns_of<entry>()
                                                 .set("uuid", "id")
                                                 .set("user_uuid", "user_id")
                                                 .set("subject_uuid", "subject_id"))
                                    .order_by("created_at", sql::desc)
                                    .order_by("id", sql::desc)
                                    .modify(paged)
                                    .named<caller, filter, listing>("audit.list");
    const filter wanted{asked.action, asked.subject, asked.user_uuid, time_of(asked.from, "from"),
                        time_of(asked.to, "to")};
    pg::statement_batch both;
    const auto total = both.add(count(who, wanted));
    const auto rows = both.add(page_of(who, wanted, {asked.page, {}}));
    co_await db.send(both);
    co_return api::page<entry>{both.all<entry>(rows), both.one<std::int64_t>(total), asked.page};
}

} // namespace lightdash::audit
