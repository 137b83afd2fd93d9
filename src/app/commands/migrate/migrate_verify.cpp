// migrate:verify
#include "app/cli/command.hpp"
#include "app/cli/migration_flags.hpp"
#include "app/commands/migrate/scratch_database.hpp"
#include "app/terminal/print_json.hpp"
#include "lightdash/core/counted.hpp"
#include "lightdash/migrate/migrate_error.hpp"
#include "lightdash/migrate/verify.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lightdash::app {
namespace {

void tell(const migrate::verified_migration& one)
{
    for (const auto& sentence : one.left_out)
        fmt::print(stderr, "{}\n", sentence);
    if (!one.reversible)
        fmt::print(stderr, "{}: up only, it cannot be reverted\n", one.name);
    else
        fmt::print(stderr, "{}: {}\n", one.name, one.exact() ? "ok" : "the way down is not the way up's reverse");
}

void print_differences(const migrate::verified_migration& one)
{
    for (const auto& difference : one.after_down)
        fmt::print("{}: after the way down, {}\n", one.name, difference.sentence);
    for (const auto& difference : one.after_up)
        fmt::print("{}: after the second way up, {}\n", one.name, difference.sentence);
}

task<int> check(runtime& on, const migrate::registry& known, bool json)
{
    const auto seen =
        co_await migrate::verify(on.database(), on.clocks(), known, tell, deadline::after(std::chrono::hours{1}));
    const auto wrong = std::ranges::count_if(seen, [](const auto& one) { return !one.exact(); });
    if (json)
        print_json(seen);
    else
        std::ranges::for_each(seen, print_differences);
    fmt::print(stderr, "{} checked on a scratch database, {} with a wrong way down.\n",
               counted(seen.size(), "migration"), wrong);
    co_return static_cast<int>(wrong > 0 ? migrate::exit_code::history : migrate::exit_code::done);
}

} // namespace

void add_migrate_verify(command_line& line)
{
    auto& command = line.add("migrate:verify", "Prove on a scratch database that each way down undoes its way up",
                             "  lightdash-backend migrate:verify\n"
                             "  DATABASE_URL=postgresql://ci@localhost/postgres lightdash-backend migrate:verify\n"
                             "  lightdash-backend migrate:verify --json | jq '.[] | select(.afterDown != [])'");
    const migration_flags flags{line, command, false};
    const auto json = std::make_shared<bool>(false);
    command.add_flag(
        "--json", *json,
        "Print an array of {name, reversible, afterDown: [{kind, sentence}], afterUp: [{kind, sentence}], leftOut: "
        "[sentence]}");
    line.on_run(command, [flags, json](const loaded_settings& loaded) {
        const auto known = flags.known();
        const scratch_database beside{loaded.values};
        runtime on{beside.scratch()};
        return on.run(check(on, known, *json));
    });
}

} // namespace lightdash::app
