#include "lightdash/modules/endpoint/endpoints.hpp"

namespace lightdash {
namespace {

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

// The gate, then the route. A known token passes without suspending.
template <class Run>
http::handler guarded(access::gate& gate, access::scope what, Run run)
{
    return [&gate, what, run](http::request& rq) -> task<http::response> {
        if (gate.admit_known(rq, what))
            return run(rq);
        return [](access::gate& g, access::scope w, const Run& r, http::request& q) -> task<http::response> {
            co_await g.admit_unknown(q, w);
            auto answer = co_await r(q);
            co_return answer;
        }(gate, what, run, rq);
    };
}

} // namespace

void endpoints::get(std::string pattern, read_kind kind, right needed, read_handler handle)
{
    http::route r{.verb = http::method::get, .pattern = std::move(pattern)};
    r.handle = guarded(gate_, needed.what,
                       [&db = db_, kind, handle](http::request& rq) { return read(db, kind, handle, rq); });
    routes_.add(std::move(r));
}

void endpoints::add_write(http::method verb, std::string pattern, write_kind kind, right needed, write_handler handle)
{
    http::route r{.verb = verb, .pattern = std::move(pattern)};
    r.handle = guarded(gate_, needed.what, [&db = db_, kind, handle, ready = require_schema_](http::request& rq) {
        ready();
        return write(db, kind, handle, rq);
    });
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
