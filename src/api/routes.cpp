#include "lightdash/api/routes.hpp"

#include "api/keyed_write.hpp"
#include "lightdash/async/next_turn.hpp"

#include <fmt/format.h>

namespace lightdash::api {
namespace {

// Half a millisecond of parsing, and some twenty of the longest body.
constexpr std::size_t parsed_at_once = 64 * 1024;

// What a table's requests use beside their rows; outlives them.
struct table_use {
    pg::database& db;
    gate& at;
    kept_answers* kept;
};

task<http::response> read(pg::database& db, const route& row, http::request& rq)
{
    auto session = row.slow ? db.exclusive(rq.deadline()) : db.reads(rq.deadline());
    auto* const opened = session.get();
    return row.call(rq, {std::move(session), opened}, row.handler);
}

task<http::response> read_snapshot(pg::database& db, const route& row, http::request& rq)
{
    auto tx = co_await db.begin(pg::of_a_snapshot, rq.deadline());
    pg::snapshot seen{tx};
    seen.note_wait(tx.usage().wait);
    auto answer = co_await row.call(rq, {nullptr, &seen}, row.handler);
    co_await tx.commit();
    co_return answer;
}

task<http::response> write_once(pg::database& db, kept_answers& kept, const route& row, http::request& rq)
{
    keyed_write once{db, kept, row, rq};
    co_return co_await once.answer();
}

task<http::response> write(const table_use& with, const route& row, http::request& rq)
{
    if (with.kept && row.takes_key() && rq.has_header(key_header))
        return write_once(with.db, *with.kept, row, rq);
    return with.db.transact(row.transaction(), rq.deadline(),
                            [&row, &rq](pg::transaction& tx) { return row.call(rq, {nullptr, &tx}, row.handler); });
}

// However it ends: a COMMIT whose answer was lost may have been made.
task<http::response> write_rights(table_use with, const route& row, http::request& rq)
{
    struct told_at_end {
        gate& at;
        ~told_at_end() { at.rights_changed(); }
    } const tell{with.at};
    co_return co_await write(with, row, rq);
}

task<http::response> answer(const table_use& with, const route& row, http::request& rq)
{
    switch (row.use) {
    case access::reads:
        return read(with.db, row, rq);
    case access::snapshot:
        return read_snapshot(with.db, row, rq);
    case access::writes:
        return row.changes_rights ? write_rights(with, row, rq) : write(with, row, rq);
    case access::none:
        break;
    }
    return row.call(rq, {}, row.handler);
}

// The same for a body that takes long to parse.
task<http::response> answer_long(table_use with, const route& row, http::request& rq)
{
    while (!rq.parse_body_step(parsed_at_once))
        co_await next_turn();
    auto made = co_await answer(with, row, rq);
    co_return made;
}

[[noreturn]] void refuse(const route& row, std::string_view why)
{
    throw error{error_kind::internal, fmt::format("Route {} {}: {}.", http::to_string(row.verb), row.pattern, why)};
}

void check(const route& row)
{
    if (row.summary.empty())
        refuse(row, "its summary is empty; write one sentence for people");
    if (row.is_supplied && !row.is_supplied(*row.call.things))
        refuse(row, "its handler takes something that the program did not give: routes::give()");
    if (row.slow && row.use != access::reads)
        refuse(row, "slow() is for handlers that take pg::session&");
    if (row.told_once && !row.takes_key())
        refuse(row, "told_once() is for handlers of POST that take pg::transaction& and need a right");
    if (row.changes_rights && row.use != access::writes)
        refuse(row, "changes_rights() is for handlers that take pg::transaction&");
    if (row.serializable && row.use != access::writes)
        refuse(row, "serializable() is for handlers that take pg::transaction&");
}

} // namespace

routes::routes(pg::database& db, gate& at, std::function<void()> require_schema, kept_answers* kept)
    : db_(db), gate_(at), require_schema_(std::move(require_schema)), kept_(kept)
{}

added routes::add_row(route row, void (*handler)())
{
    row.handler = handler;
    row.call.things = &given_;
    row.tag = tag_;
    return added{table_.emplace_back(std::move(row))};
}

void routes::describe(const http::route& served, std::string_view summary, std::vector<described_answer> answers)
{
    route row{.verb = served.verb, .pattern = served.pattern, .needed = open, .summary = summary, .tag = tag_};
    row.answers = std::move(answers);
    described_.push_back(served.pattern);
    row.pattern = described_.back();
    table_.push_back(std::move(row));
}

void routes::serve(http::router& to) const
{
    for (const auto& row : table_) {
        check(row);
        if (row.handler == nullptr) // it serves itself
            continue;
        http::route made{.verb = row.verb, .pattern = std::string{row.pattern}};
        if (!row.needed.nothing) {
            // The gate stands at the head of a request: nobody sends a body that nobody takes.
            made.admit_known = [&at = gate_, what = row.needed.right](http::request& rq) {
                return at.admit_known(rq, what);
            };
            made.admit_unknown = [&at = gate_, what = row.needed.right](http::request& rq) {
                return at.admit_unknown(rq, what);
            };
        }
        made.takes_json = row.body != nullptr;
        made.body_limit = row.body_limit;
        made.queues = row.slow || row.use == access::snapshot || row.use == access::writes;
        if (row.call_now)
            made.handle_now = [&row](http::request& rq) {
                rq.refuse_other_query(row.query_names);
                return row.call_now(rq, row.handler);
            };
        else
            made.handle = [this, &row](http::request& rq) {
                if (row.use == access::writes)
                    require_schema_();
                rq.refuse_other_query(row.query_names);
                if (row.body && rq.body().size() > parsed_at_once)
                    return answer_long({db_, gate_, kept_}, row, rq);
                if (row.body)
                    (void)rq.parsed_body(); // what is not JSON costs no connection
                return answer({db_, gate_, kept_}, row, rq);
            };
        to.add(std::move(made));
    }
}

} // namespace lightdash::api
