// migrate:repair
#include "app/cli/answer.hpp"
#include "app/commands/list.hpp"
#include "app/commands/migrate/migration_flags.hpp"
#include "app/terminal/confirm.hpp"
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
    migrate::repair_action whole;
};
LIGHTDASH_DESCRIBE(action_line, action, name, new_name)
using action_lines = std::vector<action_line>;

std::string_view name_of(migrate::repair_action::kind what)
{
    using kind = migrate::repair_action::kind;
    return what == kind::accept ? "accept" : what == kind::follow ? "follow" : "forget";
}

task<action_lines> plan(runtime& on, const migrate::registry& known)
{
    migrate::migrator migrator{on.database(), on.clocks(), known, {}};
    const auto rows = co_await migrator.history(deadline::after(short_time));
    action_lines made;
    for (const auto& one : migrate::plan_repair(known, rows))
        made.push_back({name_of(one.what), one.name, one.new_name, one});
    co_return made;
}

answer<action_lines> find(const invocation& call, const repair_options& given)
{
    const auto known = given.flags.known();
    runtime on{call.config()};
    return ask(on, plan(on, known));
}

void show(const action_lines& planned, const invocation&)
{
    for (const auto& one : planned)
        fmt::print("{}\n", one.whole.text());
}

// Nothing is held while a person thinks.
int repair(const action_lines& planned, const invocation& call, const repair_options& given)
{
    if (planned.empty()) {
        fmt::print(stderr, "Nothing to repair: the history agrees with the files.\n");
        return 0;
    }
    if (!given.sure.agreed(call, "Change the history so?")) {
        fmt::print(stderr, "Nothing was changed.\n");
        return 1;
    }
    std::vector<migrate::repair_action> actions;
    for (const auto& one : planned)
        actions.push_back(one.whole);
    const auto known = given.flags.known();
    runtime on{call.config()};
    const auto code = on.run(done(migrate::repair(on.database(), on.clocks(), known, actions, given.flags.lock(),
                                                  deadline::after(std::chrono::minutes{5}))));
    if (code == 0)
        fmt::print(stderr, "The history was changed.\n");
    return code;
}

} // namespace

command commands::migrate_repair()
{
    return answering<repair_options>(
        {.path = "migrate:repair",
         .meaning = "Make the history agree with edited, renamed or removed files",
         .examples = "  lightdash-backend migrate:repair           (shows what it would do, then asks)\n"
                     "  lightdash-backend migrate:repair --yes"},
        find, show, repair);
}

} // namespace lightdash::app
