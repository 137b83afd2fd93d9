// What `db cancel` and `db kill` have in common: which sessions, the question, and what became of each.
#pragma once

#include "app/cli/answer.hpp"
#include "app/terminal/confirm.hpp"
#include "lightdash/ops/inspect/signal.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace lightdash::app {

struct signal_options {
    ops::signal_kind kind;
    ops::signal_rules rules = {};
    std::vector<std::int32_t> pids = {};
    std::optional<std::chrono::milliseconds> older_than = {};
    bool dry_run = false;
    yes_or_no consent = {};

    void describe(option_list& are);
};

struct ended_sessions {
    ops::signal_kind kind;
    std::vector<ops::signal_outcome> outcomes;
    std::vector<std::int32_t> remaining; // still there two seconds after they were told to end
};
void write_json(std::string& out, const ended_sessions& of); // the outcomes
void show_ended(const ended_sessions& of, const invocation&);

// Lists the sessions on stderr, asks, and ends them. The code is 1 when one that was meant lives on.
answer<ended_sessions> signal_sessions(const invocation& call, const signal_options& options);

} // namespace lightdash::app
