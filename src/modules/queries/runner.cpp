#include "modules/queries/runner.hpp"

#include "lightdash/async/attempt.hpp"
#include "lightdash/async/pause.hpp"
#include "lightdash/core/error.hpp"
#include "lightdash/core/log.hpp"
#include "lightdash/json/json.hpp"
#include "lightdash/pg/sqlstate.hpp"
#include "modules/queries/model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lightdash::queries {
namespace {

using namespace std::chrono_literals;

constexpr auto between_beats = 500ms;       // three are missed before somebody else takes over
constexpr auto between_polls = 250ms;       // where nobody tells
constexpr auto between_looks = 30s;         // where somebody does
constexpr auto patience_with_service = 10s; // the service's own database
constexpr auto unused_after = 60s;

// What the service's session says of every statement: no write, bounded waits, and who asks.
const pg::statement prepare_session{
    "queries.session",
    "select set_config('statement_timeout', $1, true), set_config('lock_timeout', '10s', true), "
    "set_config('TimeZone', $2, true), set_config('DateStyle', 'ISO, MDY', true), "
    "set_config('IntervalStyle', 'postgres', true), set_config('extra_float_digits', '1', true), "
    "set_config('bytea_output', 'hex', true), set_config('application_name', $3, true), "
    "set_config('search_path', coalesce($4, current_setting('search_path')), true), "
    "set_config('role', coalesce($5, current_setting('role')), true), "
    "(select set_config(name, '250ms', true) from pg_settings where name = 'client_connection_check_interval')"};

std::string sentence_of(const error& why)
{
    if (const auto* const told = why.database(); told != nullptr && !told->message.empty())
        return told->hint.empty() ? told->message : fmt::format("{} ({})", told->message, told->hint);
    return why.message();
}

std::string reason_of(const std::exception_ptr& failure)
{
    const auto* const known = exception_as<error>(failure);
    return known != nullptr ? sentence_of(*known) : "something that is no error of this program";
}

// Texts, each of the type that it is meant to be.
pg::params values_of(const std::vector<query_argument>& arguments)
{
    pg::params texts, typed;
    for (const auto& each : arguments)
        texts.add(each.value);
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        auto value = texts.values()[i];
        value.type = static_cast<pg::oid>(arguments[i].type);
        value.binary = false;
        typed.add_from(texts, value);
    }
    return typed;
}

} // namespace

// A pool of a warehouse, for as long as its credentials stay what they are.
struct runner::warehouse {
    std::string revision;
    std::unique_ptr<pg::database> pool; // null until somebody has found the way
    std::size_t users = 0;
    deadline unused = deadline::never();
};

struct runner::running_execution {
    running_execution(asio::io_context& context, credentials_id of)
        : connection(of), scope(context, [](std::string_view, std::exception_ptr) {})
    {}
    credentials_id connection;
    task_scope scope; // of this one alone: it can be cancelled
};

runner::runner(asio::io_context& context, timer_wheel& clocks, offload_pool& blocking, pg::database& db,
               warehouses::door& door, const sealing& keys, query_limits limits)
    : context_(context), clocks_(clocks), blocking_(blocking), db_(db), door_(door), keys_(keys), limits_(limits)
{}

runner::~runner() = default;

void runner::look() noexcept
{
    looked_ = true;
    if (idle_ != nullptr)
        std::exchange(idle_, nullptr)->set(true);
}

task<void> runner::run(bool listening, std::function<bool()> ready)
{
    while (!ready())
        co_await pause(clocks_, between_beats);
    bool under_way = true; // there may be some since before this process began
    auto next_beat = deadline::after(between_beats);
    for (;;) {
        try {
            looked_ = false;
            if (!running_.empty()) // one of them may have been cancelled just now
                co_await beat();
            if (next_beat.expired()) {
                next_beat = deadline::after(between_beats);
                co_await give_up_waiting();
                co_await close_unused();
            }
            under_way = co_await claim_all() || !running_.empty();
        } catch (const error& failure) {
            if (failure.kind() == error_kind::cancelled)
                throw;
            log::debug("the waiting queries could not be read", {{"error", failure.message()}});
        }
        if (looked_)
            continue;
        completion<bool> woken;
        idle_ = &woken;
        alarm clock{[](void* of) noexcept { static_cast<runner*>(of)->look(); }, this};
        if (!listening)
            clocks_.arm(clock, std::min(next_beat, deadline::after(between_polls)));
        else if (under_way)
            clocks_.arm(clock, next_beat);
        else // whoever queues one tells; a process that was not heard would have told nobody
            clocks_.arm(clock, deadline::after(between_looks));
        co_await woken.wait();
    }
}

task<void> runner::beat()
{
    const auto db = db_.exclusive(deadline::after(patience_with_service));
    const auto ours = co_await executions::beat(*db, self_);
    for (const auto& [id, each] : running_)
        if (std::ranges::find(ours, id) == ours.end())
            each->scope.cancel();
}

task<void> runner::give_up_waiting()
{
    const auto db = db_.exclusive(deadline::after(patience_with_service));
    co_await executions::give_up_waiting(*db, limits_.waiting);
}

std::vector<credentials_id> runner::busy() const
{
    std::vector<credentials_id> found;
    for (const auto& [id, each] : warehouses_)
        if (each->users >= (each->pool ? limits_.connections : 1)) // one finds the way, then the others go it
            found.push_back(id);
    return found;
}

task<bool> runner::claim_all()
{
    for (;;) {
        const auto db = db_.exclusive(deadline::after(patience_with_service));
        auto next = co_await executions::claim(*db, self_, busy());
        if (!next)
            co_return co_await executions::any_under_way(*db);
        begin(std::move(*next));
    }
}

void runner::begin(execution what)
{
    const auto id = what.result;
    auto at = warehouse_of(what);
    ++at->users;
    auto made = std::make_unique<running_execution>(context_, what.id);
    auto& scope = made->scope;
    running_.insert_or_assign(id, std::move(made));
    scope.spawn("query", carry_out(std::move(what), std::move(at)));
}

std::shared_ptr<runner::warehouse> runner::warehouse_of(const execution& what)
{
    auto revision = what.config.text + (what.credentials.encrypted ? what.credentials.encrypted->data : "");
    auto& known = warehouses_[what.id];
    // One that was away is asked anew: its pool would only say when it looked last.
    const bool away = known && known->pool && known->pool->stats().state == pg::availability::down;
    if (!known || away || known->revision != revision) {
        known = std::make_shared<warehouse>();
        known->revision = std::move(revision);
    }
    return known;
}

task<void> runner::open(const execution& what, warehouse& at)
{
    if (at.pool)
        co_return;
    const auto to = warehouses::opened(what, what.organization, keys_);
    auto way = co_await door_.way_to(to, deadline::after(patience_with_service));
    way.application_name = "lightdash-backend warehouse";
    way.server_limit = limits_.time + 5s;
    auto pool = std::make_unique<pg::database>(
        context_, clocks_, blocking_, std::move(way),
        pg::pool_options{.min = 0, .max = limits_.connections, .lanes = 0, .idle_timeout = 30s});
    pool->start();
    if (!door_.takes_own_database()) {
        static const pg::statement identity{"warehouses.identity", warehouses::identity_query};
        const auto until = deadline::after(patience_with_service);
        auto look = [&]() -> task<bool> {
            const auto there = pool->exclusive(until);
            const auto own = db_.exclusive(until);
            const auto of_warehouse = co_await there->one<std::string>(identity);
            co_return of_warehouse == co_await own->one<std::string>(identity);
        };
        const auto same = co_await attempt(look());
        if (!same || same.value())
            co_await pool->stop(deadline::after(0s));
        if (!same)
            std::rethrow_exception(same.failure());
        if (same.value())
            throw error{error_kind::invalid_parameter, warehouses::own_database_refusal(to)};
    }
    at.pool = std::move(pool);
    look();
}

task<void> runner::stop(deadline until)
{
    for (const auto& [id, each] : running_)
        each->scope.cancel();
    for (const auto& [id, each] : warehouses_)
        if (each->pool)
            co_await each->pool->stop(until);
    if (running_.empty())
        co_return;
    const auto db = db_.exclusive(until);
    const auto released = co_await attempt(executions::release(*db, self_)); // or their silence tells others
    if (!released)
        log::debug("the running queries could not be left to others", {{"error", reason_of(released.failure())}});
}

task<ending> runner::ask(const execution& what, warehouse& at)
{
    co_await open(what, at);
    const auto settings = warehouses::settings_of(what);
    const auto until = deadline::after(limits_.time + 30s);
    auto tx = co_await at.pool->begin({.read_only = true, .prepared = false}, until);
    const auto text_of = [](const json::omittable_or_null<std::string>& setting) {
        return setting && !setting->empty() ? std::optional<std::string_view>{*setting} : std::nullopt;
    };
    co_await tx.query(prepare_session, pg::params::of(fmt::format("{}s", limits_.time.count()), what.timezone,
                                                      fmt::format("lightdash query {}", what.result.to_string()),
                                                      text_of(settings.search_path), text_of(settings.role)));
    const auto statement = pg::statement::trusted("queries.warehouse", what.statement, pg::row_format::text);
    auto values = values_of(json::read_text<std::vector<query_argument>>(what.arguments));

    const auto service = db_.exclusive(until);
    ending told{.result = what.result, .columns = json::read_text<std::vector<result_column>>(what.columns)};
    const auto source = co_await tx.stream(statement, std::move(values));
    auto rows = co_await source->next();
    if (told.columns.empty())
        told.columns = columns_of(rows);
    if (rows.rows() != 0 && rows.columns() != told.columns.size())
        throw error{error_kind::invalid_parameter,
                    fmt::format("The warehouse answered {} columns where {} were asked for.", rows.columns(),
                                told.columns.size())};
    const row_text writer{told.columns};
    std::string text;
    std::int32_t number = 1, count = 0;
    const auto append = [&]() -> task<void> {
        const bool ours = co_await executions::append(*service, self_, {what.result, number++, count, text});
        if (!ours)
            throw error{error_kind::cancelled, "Somebody else has taken the query over, or cancelled it."};
        text.clear();
        count = 0;
    };
    for (; rows.rows() != 0 && told.total_rows < what.row_limit; rows = co_await source->next()) {
        for (std::size_t i = 0; i < rows.rows() && told.total_rows < what.row_limit; ++i) {
            if (count != 0)
                text += ",\n";
            const auto before = text.size();
            writer.append(text, rows, i);
            told.bytes += static_cast<std::int64_t>(text.size() - before);
            ++told.total_rows;
            if (told.bytes > limits_.bytes)
                throw error{error_kind::invalid_parameter,
                            fmt::format("The result is larger than the {} MB that are kept of one, after {} rows: ask "
                                        "for fewer columns or rows.",
                                        limits_.bytes / (1024 * 1024), told.total_rows)};
            if (++count == rows_of_page)
                co_await append();
        }
    }
    if (count != 0)
        co_await append();
    co_return told; // nothing to commit: the transaction only reads
}

task<void> runner::carry_out(execution what, std::shared_ptr<warehouse> at)
{
    const auto asked = co_await attempt(ask(what, *at));
    // From here on it is nobody's who waits: a cancelled coroutine could tell nobody.
    const auto* const why = asked.failure_as<error>();
    const bool cancelled = why != nullptr && why->kind() == error_kind::cancelled;
    if (!cancelled) {
        const auto db = db_.exclusive(deadline::after(patience_with_service));
        const auto text = why != nullptr ? sentence_of(*why) : std::string{"The query failed."};
        const auto told = co_await attempt(
            asked ? executions::finish(*db, self_, asked.value())
                  : executions::fail(*db, self_, {what.result, text, why != nullptr ? why->sqlstate() : ""}));
        const auto* const untold = told.failure_as<error>();
        if (!told && (untold == nullptr || untold->kind() != error_kind::cancelled)) // then it was another's by now
            log::warn("the end of a query could not be told: it will be asked again",
                      {{"query", what.result.to_string()}, {"error", reason_of(told.failure())}});
    }
    if (--at->users == 0)
        at->unused = deadline::after(unused_after);
    running_.erase(what.result);
    look();
}

task<void> runner::close_unused()
{
    std::vector<std::shared_ptr<warehouse>> closing;
    std::erase_if(warehouses_, [&](auto& entry) {
        auto& each = entry.second;
        if (each->users != 0 || !each->unused.expired())
            return false;
        closing.push_back(each);
        return true;
    });
    for (const auto& each : closing)
        if (each->pool)
            co_await each->pool->stop(deadline::after(0s));
}

} // namespace lightdash::queries
