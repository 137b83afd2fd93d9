#include "modules/shared/endpoints.hpp"

#include "lightdash/async/next_turn.hpp"

namespace lightdash {
namespace {

// Half a millisecond of parsing, and some twenty of the longest body.
constexpr std::size_t parsed_at_once = 64 * 1024;

// Writes what a session was asked for on the request's account, however the handler ends.
class accounted {
public:
    accounted(http::request& rq, const pg::session& session) noexcept : rq_(rq), session_(session) {}
    accounted(const accounted&) = delete;
    accounted& operator=(const accounted&) = delete;
    ~accounted()
    {
        const auto& used = session_.usage();
        auto& account = rq_.account();
        account.statements += used.statements;
        account.rows += used.rows;
        account.database_time += used.time;
        account.pool_wait += used.wait;
    }

private:
    http::request& rq_;
    const pg::session& session_;
};

task<http::response> run_write(write_handler handle, http::request& rq, pg::transaction& tx)
{
    const accounted account{rq, tx};
    auto answer = co_await handle(rq, tx);
    co_return answer;
}

task<http::response> read(pg::database& db, read_kind kind, read_handler handle, http::request& rq)
{
    if (kind == read_kind::snapshot) {
        auto tx = co_await db.begin({pg::isolation::repeatable_read, true}, rq.deadline());
        const accounted account{rq, tx};
        auto answer = co_await handle(rq, tx);
        co_await tx.commit();
        co_return answer;
    }
    const auto session = kind == read_kind::quick ? db.reads(rq.deadline()) : db.exclusive(rq.deadline());
    const accounted account{rq, *session};
    auto answer = co_await handle(rq, *session);
    co_return answer;
}

task<http::response> write(pg::database& db, write_kind kind, write_handler handle, http::request& rq)
{
    const pg::transaction_options options{
        kind == write_kind::serializable ? pg::isolation::serializable : pg::isolation::read_committed, false};
    return db.transact(options, rq.deadline(),
                       [handle, &rq](pg::transaction& tx) { return run_write(handle, rq, tx); });
}

// The same for a body that takes long to parse.
task<http::response> write_long(pg::database& db, write_kind kind, write_handler handle, http::request& rq)
{
    while (!rq.parse_body_step(parsed_at_once))
        co_await next_turn();
    auto answer = co_await write(db, kind, handle, rq);
    co_return answer;
}

// The gate stands at the head of a request: nobody sends a body that nobody takes.
http::route guarded(access::gate& gate, http::method verb, std::string pattern, right needed)
{
    http::route made{.verb = verb, .pattern = std::move(pattern)};
    made.admit_known = [&gate, what = needed.what](http::request& rq) { return gate.admit_known(rq, what); };
    made.admit_unknown = [&gate, what = needed.what](http::request& rq) { return gate.admit_unknown(rq, what); };
    return made;
}

} // namespace

void endpoints::get(std::string pattern, read_kind kind, right needed, read_handler handle, query_names query)
{
    auto r = guarded(gate_, http::method::get, std::move(pattern), needed);
    r.queues = kind != read_kind::quick;
    r.handle = [&db = db_, kind, handle, known = std::move(query)](http::request& rq) {
        rq.refuse_other_query(known);
        return read(db, kind, handle, rq);
    };
    routes_.add(std::move(r));
}

void endpoints::add_write(http::method verb, std::string pattern, write_kind kind, right needed, write_handler handle)
{
    auto r = guarded(gate_, verb, std::move(pattern), needed);
    r.queues = true;
    r.takes_json = verb != http::method::delete_;
    r.handle = [&db = db_, kind, handle, ready = require_schema_](http::request& rq) {
        ready();
        rq.refuse_other_query({});
        if (rq.verb() != http::method::delete_ && rq.body().size() > parsed_at_once)
            return write_long(db, kind, handle, rq);
        return write(db, kind, handle, rq);
    };
    routes_.add(std::move(r));
}

void endpoints::post(std::string pattern, write_kind kind, right needed, write_handler handle)
{
    add_write(http::method::post, std::move(pattern), kind, needed, handle);
}

void endpoints::patch(std::string pattern, write_kind kind, right needed, write_handler handle)
{
    add_write(http::method::patch, std::move(pattern), kind, needed, handle);
}

void endpoints::remove(std::string pattern, write_kind kind, right needed, write_handler handle)
{
    add_write(http::method::delete_, std::move(pattern), kind, needed, handle);
}

} // namespace lightdash
