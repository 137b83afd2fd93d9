// db locks
#include "app/commands/db/inspect/inspection.hpp"
#include "app/commands/list.hpp"
#include "lightdash/ops/inspect/locks.hpp"
#include "lightdash/ops/inspect/text.hpp"

#include <fmt/format.h>

namespace lightdash::app {
namespace {

struct locks_options {
    void describe(option_list& are)
    {
        describe_inspection(are, "{roots: [{session: {pid, username, database, application, state, query, seconds, "
                                 "transactionSeconds}, wait: null or {waiter, blocker, mode, target, heldMode, "
                                 "seconds}, alsoWaitsFor: [pid], deadlock, waiters: [the same]}], hidden: {count, "
                                 "role}}");
    }
};

answer<ops::lock_report> find(const invocation& call, const locks_options&)
{
    return inspect(call, [](pg::session& db) { return ops::read_locks(db); });
}

void show(const ops::lock_report& report, const invocation& call)
{
    if (report.roots.empty())
        fmt::print(stderr, "Nobody waits for a lock.\n");
    else
        print_lines(call.out, ops::draw_locks(report.roots, !call.out.unicode));
    for (const auto& root : report.roots) {
        if (root.session.pid == 0)
            continue;
        const bool idles = root.session.state.starts_with("idle in transaction");
        fmt::print(stderr, "{} holds up {}: 'lightdash-backend db kill {}{}' frees them.\n", root.session.pid,
                   ops::waiters_below(root), root.session.pid, idles ? " --idle-in-transaction" : "");
    }
}

void tell(const ops::lock_report& report, const invocation&)
{
    print_hint(report.hidden);
}

} // namespace

command commands::db_locks()
{
    return answering<locks_options>({.path = "db locks",
                                     .meaning = "Who waits for whom, as a tree from whoever holds everybody up",
                                     .examples = "  lightdash-backend db locks\n"
                                                 "  lightdash-backend db locks --json | jq '.roots[].session.pid'"},
                                    find, show, tell);
}

} // namespace lightdash::app
