#include "pg/connection/exchange.hpp"

#include "lightdash/pg/sqlstate.hpp"

#include <algorithm>
#include <utility>

namespace lightdash::pg {
namespace {

bool has_control(const batch& b) noexcept
{
    return std::ranges::any_of(b.commands, [](const command& one) { return !one.what; });
}

std::string_view label_of(const command& one) noexcept
{
    return one.what ? std::string_view{one.what->name()} : one.control;
}

// A prepared statement holds the types of its parameters and results by their numbers: another result type, or a type
// that was dropped and made again (utils/cache/plancache.c, typcache.c). What elog() says is never translated.
bool may_be_stale(const database_diagnostics& said) noexcept
{
    return is(said.sqlstate, condition::feature_not_supported) ||
           (is(said.sqlstate, condition::internal_error) && said.message.starts_with("cache lookup failed for ")) ||
           (is(said.sqlstate, condition::undefined_object) && said.routine == "lookup_type_cache");
}

// One DEALLOCATE for several evictions: housekeeping costs a Sync of its own.
constexpr std::size_t evicted_at_once = 8;

} // namespace

bool exchange::submit(batch& b)
{
    ++under_way_;
    if (lost_ || failure_) {
        doomed_.push_back(&b);
        return false;
    }
    b.sent = true;
    if (send(b))
        return true;
    doomed_.push_back(&b);
    return false;
}

bool exchange::send(batch& b)
{
    const bool first = steps_.empty();
    plan(b);
    bool queued = send_housekeeping();
    for (std::uint32_t i = 0; queued && i < b.commands.size(); ++i)
        queued = send_command(b, i);
    queued = queued && push(line_.sync(), {.what = step_kind::sync, .owner = &b});
    if (first)
        expect_parts_of_head();
    lost_ = !queued;
    return queued;
}

void exchange::plan(batch& b)
{
    plan_.clear();
    cache_.begin_round();
    for (const auto& one : b.commands) {
        if (!one.what)
            in_transaction_ = true;
        else
            ++counters_.statements;
        if (!one.what || !named_ || !naming_ || cache_.capacity() == 0 || one.what->rows() == row_format::text)
            plan_.push_back({way::unnamed, std::nullopt});
        else
            plan_.push_back(plan_named(one));
    }
}

exchange::planned exchange::plan_named(const command& one)
{
    const prepared_name name{*one.what, one.values};
    switch (cache_.find(name, *one.what, one.values)) {
    case statement_cache::lookup::present:
        ++counters_.cache_hits;
        return {way::prepared, name};
    case statement_cache::lookup::collides:
        return {way::unnamed, std::nullopt};
    case statement_cache::lookup::absent:
        break;
    }
    if (!make_room())
        return {way::unnamed, std::nullopt};
    cache_.add(name, *one.what, one.values);
    ++counters_.prepares;
    return {way::prepare_first, name};
}

bool exchange::make_room()
{
    if (cache_.size() < cache_.capacity())
        return true;
    for (std::size_t i = 0; i < evicted_at_once; ++i) {
        const auto name = cache_.evict();
        if (!name)
            break;
        ++counters_.evictions;
        stale_.push_back(*name);
    }
    return cache_.size() < cache_.capacity();
}

// In a Sync of its own: a refusal must not undo the batch that follows.
bool exchange::send_housekeeping()
{
    if (!all_stale_ && stale_.empty())
        return true;
    if (steps_.empty() && line_.status() == transaction_status::failed)
        return true; // everything is refused until the ROLLBACK
    static const params none;
    bool queued = true;
    if (std::exchange(all_stale_, false))
        queued = push(line_.execute("DEALLOCATE ALL", none, row_format::binary), {.what = step_kind::forget_all});
    for (const auto& name : stale_) {
        std::string text{"DEALLOCATE "};
        text += name.view();
        queued = queued &&
                 push(line_.execute(text, none, row_format::binary), {.what = step_kind::forget_one, .name = name});
    }
    stale_.clear();
    return queued && push(line_.sync(), {.what = step_kind::sync});
}

bool exchange::send_command(batch& b, std::uint32_t index)
{
    const command& one = b.commands[index];
    const planned& how = plan_[index];
    step made{.what = step_kind::execute, .index = index, .owner = &b, .name = how.name};
    if (how.how == way::unnamed)
        return push(one.what ? line_.execute(one.what->text(), one.values, one.what->rows())
                             : line_.execute(one.control, one.values, row_format::binary),
                    made);
    if (how.how == way::prepare_first) {
        step before = made;
        before.what = step_kind::prepare;
        if (!push(line_.prepare(how.name->c_str(), one.what->text(), one.values), before))
            return false;
    }
    made.cached = how.how == way::prepared;
    return push(line_.execute_prepared(how.name->c_str(), one.values), made);
}

bool exchange::push(bool queued, step made)
{
    if (queued)
        steps_.push_back(std::move(made));
    return queued;
}

void exchange::expect_parts_of_head()
{
    if (steps_.empty())
        return;
    const step& head = steps_.front();
    if (head.what == step_kind::execute && head.owner->in_parts && head.index + 1 == head.owner->commands.size())
        line_.expect_parts();
}

bool exchange::paused() const noexcept
{
    if (steps_.empty())
        return false;
    const batch* owner = steps_.front().owner;
    return owner && owner->parts && owner->parts->full();
}

bool exchange::advance()
{
    while (!steps_.empty() && !paused() && !line_.busy())
        if (!read_one())
            return false;
    return true;
}

bool exchange::read_one()
{
    auto got = line_.next();
    step& head = steps_.front();
    if (head.what == step_kind::sync)
        return take_at_sync(head, got);
    if (got.what == answer::kind::end) {
        if (!head.answered)
            return false;
        steps_.pop_front();
        expect_parts_of_head();
        return true;
    }
    if (head.answered || got.what == answer::kind::synced)
        return false;
    head.answered = got.what != answer::kind::part;
    return take_answer(head, got);
}

// What a Sync commits may be refused there: by a deferred constraint, by a serialization failure.
bool exchange::take_at_sync(step& head, answer& got)
{
    if (got.what == answer::kind::synced)
        return take_sync(head.owner);
    if (got.what == answer::kind::end)
        return std::exchange(head.answered, false);
    if (got.what != answer::kind::refused || head.answered || !head.owner || head.owner->commands.empty())
        return false;
    head.answered = true;
    auto& last = head.owner->commands.back();
    got.said->statement = label_of(last);
    last.failure = make_error(std::move(*got.said));
    return true;
}

bool exchange::take_answer(const step& head, answer& got)
{
    if (head.what == step_kind::forget_one || head.what == step_kind::forget_all) {
        take_housekeeping(head, got);
        return true;
    }
    command& one = head.owner->commands[head.index];
    switch (got.what) {
    case answer::kind::done:
        if (head.what == step_kind::execute)
            one.answer = std::move(got.value);
        notice_forgotten(one.answer);
        return true;
    case answer::kind::part:
        if (head.owner->parts)
            head.owner->parts->take(std::move(got.value));
        return true;
    case answer::kind::refused:
        take_refusal(head, one, std::move(*got.said));
        return true;
    case answer::kind::skipped:
        one.skipped = !one.failure;
        if (head.what == step_kind::prepare)
            cache_.forget(head.name->hash());
        return true;
    case answer::kind::copy:
        one.failure = error{error_kind::database_error, "COPY cannot be run as a query: use copy_in or copy_out."};
        return false;
    case answer::kind::end:
    case answer::kind::synced:
        break;
    }
    return false;
}

void exchange::take_refusal(const step& head, command& one, database_diagnostics said)
{
    said.statement = label_of(one);
    const std::string_view state = said.sqlstate;
    bool invalid = is(state, condition::in_failed_sql_transaction) && housekeeping_failed_;
    if (head.what == step_kind::prepare) {
        cache_.forget(head.name->hash());
        if (is(state, condition::duplicate_prepared_statement)) {
            drop_all_statements();
            invalid = true;
        }
    } else if (head.name && is(state, condition::invalid_sql_statement_name)) {
        drop_all_statements();
        invalid = true;
    } else if (head.cached && may_be_stale(said)) { // just prepared, it would not help to do it again
        drop_statement(*head.name);
        invalid = true;
    }
    invalidated_ = invalidated_ || invalid;
    if (invalid)
        one.failure = error{error_kind::statement_invalidated, "A prepared statement is no more valid."}.with_database(
            std::move(said));
    else
        one.failure = make_error(std::move(said));
}

void exchange::take_housekeeping(const step& head, const answer& got)
{
    if (got.what == answer::kind::done)
        return;
    housekeeping_failed_ = true;
    if (head.what == step_kind::forget_all ||
        (got.said && is(got.said->sqlstate, condition::invalid_sql_statement_name)))
        drop_all_statements();
    else
        stale_.push_back(*head.name);
}

bool exchange::take_sync(batch* owner)
{
    steps_.pop_front();
    if (steps_.empty() && line_.status() == transaction_status::idle)
        in_transaction_ = housekeeping_failed_ = false;
    expect_parts_of_head();
    if (!owner)
        return true;
    if (std::exchange(invalidated_, false) && repairable(*owner))
        return repair(*owner);
    --under_way_;
    finish(*owner);
    return true;
}

// Its implicit transaction was rolled back as a whole, so that running all of it again is harmless.
bool exchange::repairable(const batch& b) const noexcept
{
    if (b.repaired || b.abandoned || has_control(b))
        return false;
    return steps_.empty() ? line_.status() == transaction_status::idle : !in_transaction_;
}

bool exchange::repair(batch& b)
{
    b.repaired = true;
    ++counters_.repairs;
    for (auto& one : b.commands) {
        one.answer = {};
        one.failure.reset();
        one.skipped = false;
    }
    if (send(b))
        return true;
    doomed_.push_back(&b);
    return false;
}

void exchange::finish(batch& b)
{
    if (!b.abandoned) {
        b.on_done(b, b.context);
        return;
    }
    std::erase_if(abandoned_, [&](const std::unique_ptr<batch>& kept) { return kept.get() == &b; });
}

void exchange::fail(const error& why)
{
    if (!failure_)
        failure_ = why;
    std::deque<batch*> told;
    for (const auto& one : steps_)
        if (one.what == step_kind::sync && one.owner)
            told.push_back(one.owner);
    told.insert(told.end(), doomed_.begin(), doomed_.end());
    doomed_ = std::move(told);
    steps_.clear();
    while (!doomed_.empty()) { // a member, so that a nested call tells all of them before it returns
        batch& b = *doomed_.front();
        doomed_.pop_front();
        --under_way_;
        b.broken = *failure_;
        finish(b);
    }
}

void exchange::abandon(std::unique_ptr<batch> b)
{
    b->abandoned = true;
    b->parts = nullptr;
    for (auto& one : b->commands) {
        one.what = nullptr;
        one.control = {};
    }
    abandoned_.push_back(std::move(b));
}

void exchange::drop_statement(const prepared_name& name)
{
    if (const auto known = cache_.forget(name.hash()))
        stale_.push_back(*known);
}

// Only those that are sent unnamed may say so: texts that nobody here wrote.
void exchange::notice_forgotten(const result& done)
{
    if (naming_)
        return;
    const auto tag = done.command_tag();
    if (tag != "DISCARD ALL" && tag != "DEALLOCATE ALL")
        return;
    cache_.clear();
    stale_.clear();
}

void exchange::drop_all_statements()
{
    cache_.clear();
    stale_.clear();
    all_stale_ = true;
}

} // namespace lightdash::pg
