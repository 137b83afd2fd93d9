// db cancel
#include "app/commands/db/inspect/session_signal.hpp"
#include "app/commands/list.hpp"

namespace lightdash::app {
namespace {

struct cancel_options : signal_options {
    cancel_options() : signal_options{ops::signal_kind::cancel} {}
};

answer<ended_sessions> run(const invocation& call, const cancel_options& given)
{
    return signal_sessions(call, given);
}

} // namespace

command commands::db_cancel()
{
    return answering<cancel_options>({.path = "db cancel",
                                      .meaning = "End running queries; their sessions stay",
                                      .examples = "  lightdash-backend db cancel 4711\n"
                                                  "  lightdash-backend db cancel --older-than 10m --dry-run"},
                                     run, show_ended);
}

} // namespace lightdash::app
