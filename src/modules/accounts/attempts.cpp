#include "modules/accounts/attempts.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/core/time.hpp"

#include <fmt/format.h>

namespace lightdash::accounts {
namespace {

// An IPv6 client has a network of addresses: its first half counts.
#define LIGHTDASH_CLIENT(address)                                                                                      \
    "host(network(set_masklen(" address "::inet, case family(" address "::inet) when 6 then 64 else 32 end)))"

// Counts each row (kind, subject, 1), beginning anew after five minutes.
#define LIGHTDASH_COUNTED(rows)                                                                                        \
    "insert into login_attempts as a (kind, subject, attempts) " rows " on conflict (kind, subject) do update set "    \
    "attempts = case when a.since < now() - interval '5 minutes' then 1 else a.attempts + 1 end, "                     \
    "since = case when a.since < now() - interval '5 minutes' then now() else a.since end, "                           \
    "blocked_until = case when a.blocked_until > now() then a.blocked_until "                                          \
    "when a.since < now() - interval '5 minutes' then null "                                                           \
    "when a.kind = 'account' and a.attempts >= 4 then now() + interval '30 minutes' "                                  \
    "when a.kind = 'client' and a.attempts >= 50 then a.since + interval '5 minutes' end "                             \
    "returning kind, coalesce(ceil(extract(epoch from blocked_until - now())), 0)::bigint as seconds"

} // namespace

void require_unblocked(const blocking& found)
{
    const auto until = [](std::int64_t seconds) { return to_iso8601(utc_now() + std::chrono::seconds{seconds}); };
    if (found.account > 0)
        throw error{
            error_kind::rate_limited,
            fmt::format("Too many failed logins: this account is closed for logins until {}.", until(found.account))}
            .with_fields({{"name", "PasswordLoginBlockedError"}})
            .with_retry_after(std::chrono::seconds{found.account})
            .with_data(fmt::format(R"({{"expiresAt":"{}"}})", until(found.account)));
    if (found.client > 0)
        throw error{error_kind::rate_limited,
                    fmt::format("Too many attempts from your address: try again after {}.", until(found.client))}
            .with_retry_after(std::chrono::seconds{found.client});
}

pg::statement_batch::ticket attempts::ask(pg::statement_batch& statements, std::string_view email,
                                          std::string_view address)
{
    static const pg::statement find{
        "attempts.ask",
        "select coalesce(max(seconds) filter (where kind = 'account'), 0) as account, "
        "coalesce(max(seconds) filter (where kind = 'client'), 0) as client "
        "from (select kind, ceil(extract(epoch from blocked_until - now()))::bigint as seconds from login_attempts "
        "where blocked_until > now() and (kind, subject) in (('account', lower($1)), ('client', " LIGHTDASH_CLIENT(
            "$2") "))) as found"};
    return statements.add(find, email, address);
}

task<blocking> attempts::failed(pg::session& db, std::string_view email, std::string_view address)
{
    static const pg::statement count{
        "attempts.failed",
        "with v as (" LIGHTDASH_COUNTED(
            "select kind, subject, 1 from (values ('account', lower($1)), "
            "('client', " LIGHTDASH_CLIENT("$2") ")) as t(kind, subject)") ") "
                                                                           "select coalesce(max(seconds) filter (where "
                                                                           "kind = 'account'), 0) as account, "
                                                                           "coalesce(max(seconds) filter (where kind = "
                                                                           "'client'), 0) as client from v"};
    return db.one<blocking>(count, email, address);
}

task<blocking> attempts::count(pg::session& db, std::string_view address)
{
    static const pg::statement count{"attempts.count",
                                     "with v as (" LIGHTDASH_COUNTED("select 'client', " LIGHTDASH_CLIENT(
                                         "$1") ", 1") ") "
                                                      "select 0::bigint as account, seconds as client from v"};
    return db.one<blocking>(count, address);
}

task<std::uint64_t> attempts::sweep(pg::session& db)
{
    static const pg::statement erase{
        "attempts.sweep",
        "delete from login_attempts where (kind, subject) in (select kind, subject from login_attempts "
        "where since < now() - interval '1 hour' and (blocked_until is null or blocked_until < now()) "
        "limit 1000 for update skip locked)"};
    return db.execute(erase);
}

} // namespace lightdash::accounts
