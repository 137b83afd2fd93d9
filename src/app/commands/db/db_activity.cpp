// db activity
#include "app/commands/db/inspection.hpp"
#include "app/terminal/screen.hpp"
#include "lightdash/core/time.hpp"
#include "lightdash/ops/inspect/text.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

namespace lightdash::app {
namespace {

struct activity_options {
    ops::activity_filter filter;
    bool json = false;
    bool watch = false;
    std::chrono::milliseconds every{2000};
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
                  one.seconds ? ops::short_duration(*one.seconds) : "",
                  cell{one.state.empty() ? one.kind : one.state, look_of(one)}, waits_for(one),
                  cell{fmt::format("{}", fmt::join(one.blocked_by, ", ")), style::bad}, ops::one_line(one.query)});
    return made.empty() ? "Nothing runs.\n" : made.text(where);
}

task<ops::activity_report> look(runtime& on, ops::activity_filter filter)
{
    return inspect(on, [filter](pg::session& db) { return ops::read_activity(db, filter); });
}

std::string now_line(std::chrono::milliseconds every)
{
    return fmt::format("{:%F %T} UTC, every {}",
                       fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())),
                       ops::short_duration(std::chrono::duration<double>{every}.count()));
}

task<int> watch_screen(runtime& on, const activity_options& options, const command_line& line)
{
    const auto executor = co_await asio::this_coro::executor;
    screen shown{executor};
    for (bool quit = false; !quit;) {
        const auto report = co_await look(on, options.filter);
        shown.show(now_line(options.every) + ", q ends\n\n" + table_of(report, line.out()));
        quit = co_await shown.quits_within(options.every);
    }
    co_return 0;
}

task<int> watch_pipe(runtime& on, const activity_options& options, const command_line& line)
{
    asio::steady_timer timer{co_await asio::this_coro::executor};
    for (;;) {
        const auto report = co_await look(on, options.filter);
        if (options.json)
            print_json(report);
        else
            fmt::print("{}\n{}\n", now_line(options.every), table_of(report, line.out()));
        std::fflush(stdout);
        timer.expires_after(options.every);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

task<int> show(runtime& on, const activity_options& options, const command_line& line)
{
    const auto report = co_await look(on, options.filter);
    if (options.json)
        print_json(report);
    else
        fmt::print("{}", table_of(report, line.out()));
    print_hint(report.hidden);
    co_return 0;
}

} // namespace

void add_db_activity(command_line& line, CLI::App& db)
{
    auto made = add_inspection(
        line, db, "activity", "Who runs what, for how long, and who waits for whom",
        "  lightdash-backend db activity\n"
        "  lightdash-backend db activity --watch --min 5s\n"
        "  lightdash-backend db activity --json | jq '.sessions[] | select(.blockedBy != []) | .pid'",
        "{sessions: [{pid, username, database, application, client, kind, state, seconds, transactionSeconds, "
        "waitType, "
        "waitEvent, blockedBy: [pid], query, own, hidden, backendStart, stateChange}], hidden: {count, role}}; with "
        "--watch one such line each time");
    const auto options = std::make_shared<activity_options>();
    const auto least = std::make_shared<std::chrono::milliseconds>(0);
    const auto every = std::make_shared<std::chrono::milliseconds>(2000);
    made.command.add_flag("--all", options->filter.all, "Idle sessions and PostgreSQL's own workers too");
    add_duration(made.command, "--min", least, "Only what is in its state for so long (as 5s, 1m)");
    made.command.add_flag("--watch,-w", options->watch,
                          "Again and again: on a terminal in place until q or Ctrl-C, else one block after the other");
    add_duration(made.command, "--interval", every, "How often with --watch (default: 2s, at least 100ms)");
    line.on_run(made.command, [&line, options, least, every, json = made.json](const loaded_settings& loaded) {
        options->filter.at_least = *least;
        options->every = std::max(*every, std::chrono::milliseconds{100});
        options->json = *json;
        runtime on{loaded.values};
        if (!options->watch)
            return on.run(show(on, *options, line));
        const bool in_place = line.out().interactive && !options->json;
        return on.run(in_place ? watch_screen(on, *options, line) : watch_pipe(on, *options, line));
    });
}

} // namespace lightdash::app
