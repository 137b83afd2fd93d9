// What `db cancel` and `db kill` have in common: which sessions, the question, and what became of each.
#pragma once

#include "app/cli/command.hpp"
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

// Lists them, asks, ends them, and says what became of each. Returns the exit code: 1 when one that was meant lives on.
int signal_sessions(const invocation& call, const signal_options& options);

} // namespace lightdash::app
