// migrate:repair
#include "app/commands/list.hpp"
#include "app/commands/migrate/migration_flags.hpp"
#include "app/runtime/runtime.hpp"
#include "app/terminal/confirm.hpp"
#include "app/terminal/print_json.hpp"
#include "lightdash/migrate/repair.hpp"

#include <fmt/format.h>

namespace lightdash::app {
namespace {

constexpr std::chrono::seconds short_time{30};

struct repair_options {
    migration_flags flags;
    yes_or_no sure;

    void describe(option_list& are)
    {
        flags.describe(are);
        sure.describe(are);
        are.json("an array of {action, name, newName}");
    }
};

struct action_line {
    std::string_view action; // "accept", "follow", "forget"
    std::string name;
    std::string new_name;
};
LIGHTDASH_DESCRIBE(action_line, action, name, new_name)

void print(const std::vector<migrate::repair_action>& actions, bool json)
{
    if (!json) {
        for (const auto& action : actions)
            fmt::print("{}\n", action.text());
        return;
    }
    using kind = migrate::repair_action::kind;
    std::vector<action_line> lines;
    for (const auto& one : actions)
        lines.push_back({one.what == kind::accept   ? "accept"
                         : one.what == kind::follow ? "follow"
                                                    : "forget",
                         one.name, one.new_name});
    print_json(lines);
}

// Asks between reading and writing, so that a person may think without holding anything.
task<int> repair(runtime& on, const invocation& call, const migrate::registry& known, const repair_options& given)
{
    migrate::migrator migrator{on.database(), on.clocks(), known, {}};
    const auto rows = co_await migrator.history(deadline::after(short_time));
    const auto actions = migrate::plan_repair(known, rows);
    if (call.json || !actions.empty())
        print(actions, call.json);
    if (actions.empty()) {
        fmt::print(stderr, "Nothing to repair: the history agrees with the files.\n");
        co_return 0;
    }
    std::fflush(stdout);
    if (!given.sure.agreed(call, "Change the history so?")) {
        fmt::print(stderr, "Nothing was changed.\n");
        co_return 1;
    }
    co_await migrate::repair(on.database(), on.clocks(), known, actions, given.flags.lock(),
                             deadline::after(std::chrono::minutes{5}));
    fmt::print(stderr, "The history was changed.\n");
    co_return 0;
}

int run(const invocation& call, const repair_options& given)
{
    const auto known = given.flags.known();
    runtime on{call.config()};
    return on.run(repair(on, call, known, given));
}

} // namespace

command commands::migrate_repair()
{
    return command_of<repair_options>(
        {.path = "migrate:repair",
         .meaning = "Make the history agree with edited, renamed or removed files",
         .examples = "  lightdash-backend migrate:repair           (shows what it would do, then asks)\n"
                     "  lightdash-backend migrate:repair --yes"},
        run);
}

} // namespace lightdash::app
