#include "modules/idempotency/service.hpp"

#include "lightdash/async/pause.hpp"
#include "lightdash/core/digest.hpp"
#include "lightdash/sql/builder.hpp"
#include "modules/shared/caller.hpp"

#include <charconv>

namespace lightdash::idempotency {
namespace {

constexpr std::chrono::milliseconds between_looks{50};

struct key {
    user_id user;
    std::string_view route, key;
};
LIGHTDASH_DESCRIBE(key, user, route, key)

key key_of(const http::request& rq, const api::keyed_request& asked)
{
    return {rq.identity<caller>().user, asked.route, asked.key};
}

// Nobody can find a second key that would be locked out by the first.
std::int64_t lock_of(const key& wanted)
{
    auto text = wanted.user.to_string();
    text.append(wanted.route).append(" ").append(wanted.key);
    const auto digits = sha256_hex(text).substr(0, 16);
    std::uint64_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
    return static_cast<std::int64_t>(number);
}

template <class Statement>
void is_of_key(Statement& statement)
{
    statement.where("user_id", sql::param<user_id>("user"))
        .where("route", sql::param<std::string_view>("route"))
        .where("key", sql::param<std::string_view>("key"));
}

sql::raw eldest()
{
    return sql::raw{"now() - interval '24 hours'"};
}

} // namespace

task<kept_answers::claimed> kept_answers::claim(pg::transaction& tx, const http::request& rq,
                                                const api::keyed_request& asked)
{
    // Two statements: the second sees what was committed before the lock was had.
    static const pg::statement lock{"idempotency.lock", "select pg_try_advisory_xact_lock($1)"};
    static const auto find = sql::select(sql::columns_of<api::kept_answer>())
                                 .from("idempotency_keys")
                                 .modify(is_of_key<sql::select>)
                                 .where("created_at", ">", eldest())
                                 .named<key>("idempotency.find");
    const auto wanted = key_of(rq, asked);
    pg::statement_batch whole;
    const auto locked = whole.add(lock, lock_of(wanted));
    const auto found = whole.add(find(wanted));
    co_await tx.send(whole);
    co_return claimed{whole.one<bool>(locked), whole.maybe<api::kept_answer>(found)};
}

task<void> kept_answers::keep(pg::transaction& tx, const http::request& rq, const api::keyed_request& asked,
                              const api::kept_answer& told)
{
    static const auto forget = sql::remove("idempotency_keys")
                                   .modify(is_of_key<sql::remove>)
                                   .where("created_at", "<=", eldest())
                                   .named<key>("idempotency.forget");
    static const auto insert = sql::insert("idempotency_keys")
                                   .values_of<api::kept_answer>()
                                   .set("user_id", sql::param<user_id>("user"))
                                   .set("route", sql::param<std::string_view>("route"))
                                   .set("key", sql::param<std::string_view>("key"))
                                   .named<key, api::kept_answer>("idempotency.keep");
    const auto wanted = key_of(rq, asked);
    pg::statement_batch whole;
    whole.add(forget(wanted));
    whole.add(insert(wanted, told));
    try {
        co_await tx.finish(whole);
    } catch (const error& failure) {
        if (failure.kind() == error_kind::unique_violation)
            throw error{error_kind::serialization_failure, "Somebody else sent the same request at the same moment."};
        throw;
    }
}

task<void> kept_answers::pause()
{
    return lightdash::pause(clocks_, between_looks);
}

task<std::uint64_t> sweep(pg::session& db)
{
    static const auto erase = sql::remove("idempotency_keys")
                                  .where_in("ctid", sql::select("ctid")
                                                        .from("idempotency_keys")
                                                        .where("created_at", "<=", eldest())
                                                        .order_by("created_at")
                                                        .limit(swept_at_once)
                                                        .for_update()
                                                        .skip_locked())
                                  .named("idempotency.sweep");
    return db.execute(erase());
}

} // namespace lightdash::idempotency
