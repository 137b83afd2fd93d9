// migrate:unlock
#include "app/cli/answer.hpp"
#include "app/commands/list.hpp"
#include "app/commands/migrate/migration_flags.hpp"
#include "lightdash/migrate/lock.hpp"

#include <fmt/format.h>

namespace lightdash::migrate {
LIGHTDASH_DESCRIBE(lock_holder, pid, application, user, since, client)
}

namespace lightdash::app {
namespace {

struct unlock_options {
    migration_flags flags;

    void describe(option_list& are)
    {
        flags.describe(are);
        are.json("an array of {pid, application, user, since, client}, empty when nobody migrates");
    }
};

using holders = std::vector<migrate::lock_holder>; // none or one

task<holders> find_holder(runtime& on, migrate::lock_kind lock)
{
    const auto holder =
        co_await migrate::holder_of_lock(on.database(), lock, deadline::after(std::chrono::seconds{30}));
    holders found;
    if (holder)
        found.push_back(*holder);
    co_return found;
}

answer<holders> find(const invocation& call, const unlock_options& given)
{
    runtime on{call.config()};
    return ask(on, find_holder(on, given.flags.lock()));
}

void show(const holders& found, const invocation&)
{
    for (const auto& one : found)
        fmt::print("A migrator is at work: {}.\nTo stop it: lightdash-backend db kill {} (it rolls back, and its lock "
                   "ends with it).\n",
                   one.text(), one.pid);
    if (found.empty())
        fmt::print("There is nothing to unlock: the lock ends with the connection of its owner, and nobody has it "
                   "now.\n");
}

} // namespace

command commands::migrate_unlock()
{
    return answering<unlock_options>({.path = "migrate:unlock",
                                      .meaning = "Show who migrates now: there is no lock that a crash could leave",
                                      .examples = "  lightdash-backend migrate:unlock"},
                                     find, show);
}

} // namespace lightdash::app
