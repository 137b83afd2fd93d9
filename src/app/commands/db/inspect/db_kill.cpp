// db kill
#include "app/commands/db/inspect/session_signal.hpp"
#include "app/commands/list.hpp"

namespace lightdash::app {
namespace {

struct kill_options : signal_options {
    kill_options() : signal_options{ops::signal_kind::kill} {}
};

answer<ended_sessions> run(const invocation& call, const kill_options& given)
{
    return signal_sessions(call, given);
}

} // namespace

command commands::db_kill()
{
    return answering<kill_options>({.path = "db kill",
                                    .meaning = "End sessions: only of clients that run a query, unless asked for more",
                                    .examples = "  lightdash-backend db kill 4711\n"
                                                "  lightdash-backend db kill --older-than 1h\n"
                                                "  lightdash-backend db kill --older-than 1h --yes --json | jq length"},
                                   run, show_ended);
}

} // namespace lightdash::app
