#include "app/commands/db/inspect/session_signal.hpp"

#include "app/commands/db/inspect/inspection.hpp"
#include "lightdash/core/counted.hpp"
#include "lightdash/core/error.hpp"
#include "lightdash/core/units.hpp"
#include "lightdash/ops/inspect/text.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace lightdash::app {
namespace {

std::string_view verb(ops::signal_kind kind)
{
    return kind == ops::signal_kind::cancel ? "cancel" : "kill";
}

task<int> choose(runtime& on, const signal_options& options, ops::signal_selection& chosen)
{
    const auto activity = co_await inspect(on, [](pg::session& db) { return ops::read_activity(db, {.all = true}); });
    chosen = options.older_than ? ops::select_older(activity.sessions, *options.older_than, options.kind, options.rules)
                                : ops::select_pids(activity.sessions, options.pids, options.kind, options.rules);
    if (options.older_than)
        print_hint(activity.hidden);
    co_return 0;
}

void print_selection(const ops::signal_selection& chosen, const signal_options& options, const terminal& where)
{
    if (!chosen.targets.empty()) {
        table made{{{"pid", column_kind::number},
                    {"user"},
                    {"database"},
                    {"application"},
                    {"time", column_kind::number},
                    {"state"},
                    {"query", column_kind::flexible}}};
        for (const auto& one : chosen.targets)
            made.add({std::to_string(one.pid), one.username.value_or(""), one.database.value_or(""), one.application,
                      short_duration(one.seconds.value_or(0)), one.state, ops::one_line(one.query)});
        fmt::print(stderr, "{}", made.text(where));
    }
    for (const auto& one : chosen.spared)
        fmt::print(stderr, "{} is spared: {}.\n", one.session.pid, printable(ops::explain(one.session, one.reason)));
    for (const auto pid : chosen.unknown)
        fmt::print(stderr, "There is no session with pid {}: 'lightdash-backend db activity --all' lists them.\n", pid);
    if (options.older_than && chosen.targets.empty())
        fmt::print(stderr, "Nothing to {}: no query runs for {} or longer.\n", verb(options.kind),
                   short_duration(std::chrono::duration<double>{*options.older_than}.count()));
}

// What was told to end is gone within milliseconds, unless it is deep in a system call.
task<std::vector<std::int32_t>> wait_for_the_end(pg::session& db, std::vector<ops::activity_row> targets)
{
    asio::steady_timer timer{co_await asio::this_coro::executor};
    for (int left = 20;; --left) {
        auto remaining = co_await ops::still_there(db, targets);
        if (remaining.empty() || left == 0)
            co_return remaining;
        timer.expires_after(std::chrono::milliseconds{100});
        co_await timer.async_wait(asio::use_awaitable);
    }
}

task<ended_sessions> end(runtime& on, ops::signal_kind kind, std::vector<ops::activity_row> targets)
{
    const auto db = on.database().exclusive(deadline::after(inspection_patience));
    ended_sessions made{kind, co_await ops::signal_sessions(*db, targets, kind), {}};
    std::vector<ops::activity_row> signalled;
    std::ranges::copy_if(targets, std::back_inserter(signalled), [&](const auto& target) {
        const auto found = std::ranges::find(made.outcomes, target.pid, &ops::signal_outcome::pid);
        return found->result == ops::signal_result::signalled;
    });
    made.remaining = co_await wait_for_the_end(*db, std::move(signalled));
    co_return made;
}

// One that was meant lives on.
bool failed(const ended_sessions& of)
{
    return !of.remaining.empty() || std::ranges::find(of.outcomes, ops::signal_result::refused,
                                                      &ops::signal_outcome::result) != of.outcomes.end();
}

std::string process_id_fault(const std::string& text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })
               ? std::string{}
               : "'" + text + "' is no process id: 'lightdash-backend db activity' lists them";
}

} // namespace

void signal_options::describe(option_list& are)
{
    describe_inspection(are, "[{pid, result: signalled, gone or refused, reason}]");
    are.value("pid", pids, "The sessions, as db activity lists them").checked(process_id_fault);
    are.value("--older-than", older_than, "Every client query that runs for so long (as 30s, 1h)");
    if (kind == ops::signal_kind::kill)
        are.flag("--idle-in-transaction", rules.idle_in_transaction, "Sessions that idle in a transaction too");
    are.flag("--own", rules.own, "Sessions of this program too: its servers and commands");
    are.flag("--dry-run", dry_run, "Only list what would be ended");
    consent.describe(are);
}

answer<ended_sessions> signal_sessions(const invocation& call, const signal_options& options)
{
    if (options.pids.empty() == !options.older_than)
        throw error{error_kind::usage, fmt::format("Name one or several pids, or give --older-than TIME: "
                                                   "'lightdash-backend db activity' lists what runs.")};
    ops::signal_selection chosen;
    {
        runtime on{call.config()};
        if (const auto code = on.run(choose(on, options, chosen)); code != 0)
            return {std::nullopt, code};
    }
    print_selection(chosen, options, call.err);
    const bool all = chosen.unknown.empty() && (options.older_than || chosen.spared.empty());
    if (chosen.targets.empty() || options.dry_run)
        return {ended_sessions{options.kind, {}, {}}, all ? 0 : 1};
    // Asked while no loop runs, so that Ctrl-C ends the program at once.
    const auto count = chosen.targets.size();
    const bool cancel = options.kind == ops::signal_kind::cancel;
    if (!options.consent.agreed(
            call, fmt::format("{} {}?", cancel ? "Cancel" : "Kill", counted(count, cancel ? "query" : "session")))) {
        fmt::print(stderr, "Nothing was done.\n");
        return {std::nullopt, 1};
    }
    runtime on{call.config()};
    auto ended = ask(on, end(on, options.kind, chosen.targets));
    if (ended.value && (failed(*ended.value) || !all))
        ended.code = 1;
    return ended;
}

void write_json(std::string& out, const ended_sessions& of)
{
    json::write(out, of.outcomes);
}

void show_ended(const ended_sessions& of, const invocation&)
{
    for (const auto& one : of.outcomes) {
        const bool stays = std::ranges::find(of.remaining, one.pid) != of.remaining.end();
        if (one.result == ops::signal_result::gone)
            fmt::print("{} ended by itself before, or went on to something else\n", one.pid);
        else if (one.result == ops::signal_result::refused)
            fmt::print(stderr, "{} lives on: {}\n", one.pid, one.reason);
        else if (stays)
            fmt::print(stderr,
                       "{} was told to end, but still is there after 2 s: 'lightdash-backend db activity --all' "
                       "shows what it waits for.\n",
                       one.pid);
        else
            fmt::print("{} {}\n", one.pid, of.kind == ops::signal_kind::cancel ? "cancelled" : "killed");
    }
}

} // namespace lightdash::app
