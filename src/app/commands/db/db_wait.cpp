// db wait
#include "app/commands/list.hpp"
#include "app/runtime/runtime.hpp"
#include "lightdash/core/units.hpp"

#include <fmt/format.h>

#include <thread>

namespace lightdash::app {
namespace {

struct wait_options {
    std::string limit = "60s";

    void describe(option_list& are)
    {
        are.value("LIMIT", limit, "How long at most, such as 90s or 5m (default 60s)");
        are.setting("LIGHTDASH_DATA_DIR");
    }
};

task<int> nothing()
{
    co_return 0;
}

// Without DATABASE_URL the database is a server's private one, which may be on its way.
void wait_for_a_server(const settings& config, std::chrono::steady_clock::time_point until)
{
    if (has_database(config))
        return;
    fmt::print(stderr, "DATABASE_URL is not set: waiting for a server with a private PostgreSQL in {}.\n",
               config.data_dir.string());
    while (!has_database(config) && std::chrono::steady_clock::now() < until)
        std::this_thread::sleep_for(std::chrono::milliseconds{100});
}

int wait(const invocation& call, const wait_options& given)
{
    const auto time = parse_duration(given.limit);
    if (!time)
        throw error{error_kind::usage, fmt::format("'{}' is no duration: write 500ms, 90s, 5m or 1h.", given.limit)};
    const auto started = std::chrono::steady_clock::now();
    wait_for_a_server(call.config(), started + *time);
    runtime on{call.config()};
    const auto code = on.run(nothing(), *time);
    const auto took = std::chrono::steady_clock::now() - started;
    if (code == 0)
        fmt::print(stderr, "PostgreSQL answers, after {}.\n",
                   to_text(std::chrono::duration_cast<std::chrono::milliseconds>(took)));
    return code;
}

} // namespace

command commands::db_wait()
{
    return command_of<wait_options>({.path = "db wait",
                                     .meaning = "Wait until the database answers",
                                     .examples = "  lightdash-backend db wait\n"
                                                 "  lightdash-backend db wait 2m && lightdash-backend migrate"},
                                    wait);
}

} // namespace lightdash::app
