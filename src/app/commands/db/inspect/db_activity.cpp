// db activity
#include "app/commands/db/inspect/inspection.hpp"
#include "app/commands/list.hpp"
#include "app/terminal/screen.hpp"
#include "lightdash/core/time.hpp"
#include "lightdash/core/units.hpp"
#include "lightdash/ops/inspect/text.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <unistd.h>

namespace lightdash::app {
namespace {

struct activity_options {
    ops::activity_filter filter;
    bool watch = false;
    std::chrono::milliseconds every{2000};

    void describe(option_list& are)
    {
        describe_inspection(are, "{sessions: [{pid, username, database, application, client, kind, state, seconds, "
                                 "transactionSeconds, waitType, waitEvent, blockedBy: [pid], query, own, hidden, "
                                 "backendStart, stateChange}], hidden: {count, role}}; with --watch one such line each "
                                 "time");
        are.flag("--all", filter.all, "Idle sessions and PostgreSQL's own workers too");
        are.value("--min", filter.at_least, "Only what is in its state for so long (as 5s, 1m)");
        are.flag("--watch,-w", watch,
                 "Again and again: on a terminal in place until q or Ctrl-C, else one block after the other");
        are.value("--interval", every, "How often with --watch (default: 2s, at least 100ms)");
    }
};

style look_of(const ops::activity_row& session)
{
    if (!session.blocked_by.empty())
        return style::bad;
    return session.state.starts_with("idle in transaction") ? style::warn : style::plain;
}

std::string waits_for(const ops::activity_row& session)
{
    if (!session.wait_event || session.state.starts_with("idle"))
        return "";
    return session.wait_type.value_or("") + ":" + *session.wait_event;
}

std::string table_of(const ops::activity_report& report, const terminal& where)
{
    table made{{{"pid", column_kind::number},
                {"user"},
                {"database"},
                {"application"},
                {"time", column_kind::number},
                {"state"},
                {"waits for"},
                {"blocked by"},
                {"query", column_kind::flexible}}};
    for (const auto& one : report.sessions)
        made.add({std::to_string(one.pid), one.username.value_or(""), one.database.value_or(""), one.application,
                  one.seconds ? short_duration(*one.seconds) : "",
                  cell{one.state.empty() ? one.kind : one.state, look_of(one)}, waits_for(one),
                  cell{fmt::format("{}", fmt::join(one.blocked_by, ", ")), style::bad}, ops::one_line(one.query)});
    return made.empty() ? "Nothing runs.\n" : made.text(where);
}

task<ops::activity_report> look(runtime& on, ops::activity_filter filter)
{
    return inspect(on, [filter](pg::session& db) { return ops::read_activity(db, filter); });
}

void show(const ops::activity_report& report, const invocation& call)
{
    fmt::print("{}", table_of(report, call.out));
}

void tell(const ops::activity_report& report, const invocation&)
{
    print_hint(report.hidden);
}

std::string now_line(std::chrono::milliseconds every)
{
    return fmt::format("{:%F %T} UTC, every {}",
                       fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())),
                       short_duration(std::chrono::duration<double>{every}.count()));
}

// As wide as it is now: a person may resize it meanwhile.
terminal measured_again(terminal where)
{
    where.width = terminal::of(STDOUT_FILENO, colour_choice::never).width;
    return where;
}

task<int> watch_screen(runtime& on, const activity_options& options, const invocation& call)
{
    const auto executor = co_await asio::this_coro::executor;
    screen shown{executor};
    for (bool quit = false; !quit;) {
        const auto report = co_await look(on, options.filter);
        shown.show(now_line(options.every) + ", q ends\n\n" + table_of(report, measured_again(call.out)));
        quit = co_await shown.quits_within(options.every);
    }
    co_return 0;
}

task<int> watch_pipe(runtime& on, const activity_options& options, const invocation& call)
{
    asio::steady_timer timer{co_await asio::this_coro::executor};
    for (;;) {
        const auto report = co_await look(on, options.filter);
        if (call.json)
            print_json(report);
        else
            fmt::print("{}\n{}\n", now_line(options.every), table_of(report, call.out));
        std::fflush(stdout);
        timer.expires_after(options.every);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

// With --watch it prints each report itself, and there is no last one.
answer<ops::activity_report> find(const invocation& call, const activity_options& given)
{
    runtime on{call.config()};
    if (!given.watch)
        return ask(on, look(on, given.filter));
    auto options = given;
    options.every = std::max(given.every, std::chrono::milliseconds{100});
    const bool in_place = call.out.interactive && !call.json;
    return {std::nullopt, on.run(in_place ? watch_screen(on, options, call) : watch_pipe(on, options, call))};
}

} // namespace

command commands::db_activity()
{
    return answering<activity_options>(
        {.path = "db activity",
         .meaning = "Who runs what, for how long, and who waits for whom",
         .examples = "  lightdash-backend db activity\n"
                     "  lightdash-backend db activity --watch --min 5s\n"
                     "  lightdash-backend db activity --json | jq '.sessions[] | select(.blockedBy != []) | .pid'"},
        find, show, tell);
}

} // namespace lightdash::app
