// migrate:verify
#include "app/cli/answer.hpp"
#include "app/commands/list.hpp"
#include "app/commands/migrate/migration_flags.hpp"
#include "app/commands/migrate/scratch_database.hpp"
#include "lightdash/core/counted.hpp"
#include "lightdash/migrate/migrate_error.hpp"
#include "lightdash/migrate/verify.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lightdash::app {
namespace {

void tell_one(const migrate::verified_migration& one)
{
    for (const auto& sentence : one.left_out)
        fmt::print(stderr, "{}\n", sentence);
    if (!one.reversible)
        fmt::print(stderr, "{}: up only, it cannot be reverted\n", one.name);
    else
        fmt::print(stderr, "{}: {}\n", one.name, one.exact() ? "ok" : "the way down is not the way up's reverse");
}

using verified = std::vector<migrate::verified_migration>;

struct verify_options {
    migration_flags flags;

    void describe(option_list& are)
    {
        flags.describe(are, false);
        are.json("an array of {name, reversible, afterDown: [{kind, sentence}], afterUp: [{kind, sentence}], leftOut: "
                 "[sentence]}");
    }
};

std::ptrdiff_t wrong_in(const verified& seen)
{
    return std::ranges::count_if(seen, [](const auto& one) { return !one.exact(); });
}

answer<verified> find(const invocation& call, const verify_options& given)
{
    const auto known = given.flags.known();
    const scratch_database beside{call.config()};
    runtime on{beside.scratch()};
    auto found =
        ask(on, migrate::verify(on.database(), on.clocks(), known, tell_one, deadline::after(std::chrono::hours{1})));
    if (found.value && wrong_in(*found.value) > 0)
        found.code = static_cast<int>(migrate::exit_code::history);
    return found;
}

void show(const verified& seen, const invocation&)
{
    for (const auto& one : seen) {
        for (const auto& difference : one.after_down)
            fmt::print("{}: after the way down, {}\n", one.name, difference.sentence);
        for (const auto& difference : one.after_up)
            fmt::print("{}: after the second way up, {}\n", one.name, difference.sentence);
    }
}

void tell_count(const verified& seen, const invocation&)
{
    fmt::print(stderr, "{} checked on a scratch database, {} with a wrong way down.\n",
               counted(seen.size(), "migration"), wrong_in(seen));
}

} // namespace

command commands::migrate_verify()
{
    return answering<verify_options>(
        {.path = "migrate:verify",
         .meaning = "Prove on a scratch database that each way down undoes its way up",
         .examples = "  lightdash-backend migrate:verify\n"
                     "  DATABASE_URL=postgresql://ci@localhost/postgres lightdash-backend migrate:verify\n"
                     "  lightdash-backend migrate:verify --json | jq '.[] | select(.afterDown != [])'"},
        find, show, tell_count);
}

} // namespace lightdash::app
