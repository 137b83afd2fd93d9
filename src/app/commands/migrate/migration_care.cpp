// migrate:repair, migrate:baseline, migrate:unlock
#include "app/cli/command.hpp"
#include "app/cli/migration_flags.hpp"
#include "app/server/runtime.hpp"
#include "app/terminal/confirm.hpp"
#include "app/terminal/print_json.hpp"
#include "lightdash/migrate/repair.hpp"

#include <fmt/format.h>

namespace lightdash::app {
namespace {

constexpr std::chrono::seconds short_time{30};

struct action_line {
    std::string_view action; // "accept", "follow", "forget"
    std::string name;
    std::string new_name;
};
LIGHTDASH_DESCRIBE(action_line, action, name, new_name)

struct holder_line {
    int pid;
    std::string application;
    std::string user;
    std::string since;
    std::string client;
};
LIGHTDASH_DESCRIBE(holder_line, pid, application, user, since, client)

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
task<int> repair(runtime& on, const migrate::registry& known, migrate::lock_kind lock, const yes_or_no& sure, bool json)
{
    migrate::migrator migrator{on.database(), on.clocks(), known, {}};
    const auto rows = co_await migrator.history(deadline::after(short_time));
    const auto actions = migrate::plan_repair(known, rows);
    if (json || !actions.empty())
        print(actions, json);
    if (actions.empty()) {
        fmt::print(stderr, "Nothing to repair: the history agrees with the files.\n");
        co_return 0;
    }
    std::fflush(stdout);
    if (!sure.agreed("Change the history so?")) {
        fmt::print(stderr, "Nothing was changed.\n");
        co_return 1;
    }
    co_await migrate::repair(on.database(), on.clocks(), known, actions, lock,
                             deadline::after(std::chrono::minutes{5}));
    fmt::print(stderr, "The history was changed.\n");
    co_return 0;
}

task<int> baseline(runtime& on, const migrate::registry& known, migrate::migrator_options options,
                   const migrate::up_goal& goal, bool json)
{
    migrate::migrator migrator{on.database(), on.clocks(), known, std::move(options)};
    const auto names = co_await migrator.baseline(goal, deadline::after(std::chrono::minutes{5}));
    for (const auto& name : names)
        fmt::print(stderr, "recorded as applied, not run: {}\n", name);
    if (json)
        print_json(names);
    if (names.empty())
        fmt::print(stderr, "Nothing to do: nothing is pending.\n");
    co_return 0;
}

task<int> show_holder(runtime& on, migrate::lock_kind lock, bool json)
{
    const auto holder = co_await migrate::holder_of_lock(on.database(), lock, deadline::after(short_time));
    if (json) {
        std::vector<holder_line> lines;
        if (holder)
            lines.push_back({holder->pid, holder->application, holder->user, holder->since, holder->client});
        print_json(lines);
    } else if (holder)
        fmt::print("A migrator is at work: {}.\nTo stop it: lightdash-backend db kill {} (it rolls back, and its lock "
                   "ends with it).\n",
                   holder->text(), holder->pid);
    else
        fmt::print("There is nothing to unlock: the lock ends with the connection of its owner, and nobody has it "
                   "now.\n");
    co_return 0;
}

} // namespace

void add_migration_care(command_line& line)
{
    auto& mend = line.add("migrate:repair", "Make the history agree with edited, renamed or removed files",
                          "  lightdash-backend migrate:repair           (shows what it would do, then asks)\n"
                          "  lightdash-backend migrate:repair --yes");
    const migration_flags mend_flags{line, mend};
    const yes_or_no sure{line, mend};
    const auto mend_json = json_flag(mend, "{action, name, newName}");
    line.on_run(mend, [mend_flags, sure, mend_json](const loaded_settings& loaded) {
        const auto known = mend_flags.known();
        runtime on{loaded.values};
        return on.run(repair(on, known, mend_flags.lock(), sure, *mend_json));
    });

    auto& base = line.add("migrate:baseline", "Record pending migrations as applied without running them",
                          "  lightdash-backend migrate:baseline --to 008    (the database had these before)");
    const migration_flags base_flags{line, base};
    const auto goal = std::make_shared<migrate::up_goal>();
    base.add_option("--to", goal->to, "The last one to record: its name, its number or both (all when not given)")
        ->type_name("NAME");
    const auto base_json = json_flag(base, "names");
    line.on_run(base, [base_flags, goal, base_json](const loaded_settings& loaded) {
        const auto known = base_flags.known();
        if (!goal->to.empty())
            goal->to = known.resolve(goal->to).name;
        runtime on{loaded.values};
        return on.run(baseline(on, known, base_flags.options(loaded.values), *goal, *base_json));
    });

    auto& unlock = line.add("migrate:unlock", "Show who migrates now: there is no lock that a crash could leave",
                            "  lightdash-backend migrate:unlock");
    const migration_flags unlock_flags{line, unlock};
    const auto unlock_json = json_flag(unlock, "{pid, application, user, since, client}, empty when nobody migrates");
    line.on_run(unlock, [unlock_flags, unlock_json](const loaded_settings& loaded) {
        runtime on{loaded.values};
        return on.run(show_holder(on, unlock_flags.lock(), *unlock_json));
    });
}

} // namespace lightdash::app
