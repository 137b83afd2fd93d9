// What the inspection commands under `db` have in common: --json, one read-only transaction, lines that fit.
#pragma once

#include "app/cli/command.hpp"
#include "app/server/runtime.hpp"
#include "app/terminal/print_json.hpp"
#include "app/terminal/table.hpp"
#include "lightdash/ops/inspect/activity.hpp"
#include "lightdash/ops/inspect/inspection.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace lightdash::app {

constexpr std::chrono::seconds inspection_patience{30};

// A command `db NAME` with --json, whose shape the help tells.
struct inspection_command {
    CLI::App& command;
    std::shared_ptr<bool> json = std::make_shared<bool>(false);
};
inspection_command add_inspection(command_line& line, CLI::App& db, const std::string& name, const std::string& meaning,
                                  const std::string& examples, const std::string& json_shape);

// Gives the command an option that takes 250ms, 3s, 10m, 1h.
void add_duration(CLI::App& command, const std::string& name, std::shared_ptr<std::chrono::milliseconds> into,
                  const std::string& meaning);

// `view(session)` within an inspection.
template <class View>
auto inspect(runtime& on, View view) -> decltype(view(std::declval<pg::session&>()))
{
    const auto until = deadline::after(inspection_patience);
    auto tx = co_await ops::begin_inspection(on.database(), {}, until);
    auto made = co_await view(tx);
    co_await tx.commit();
    co_return made;
}

// To stdout, each cut to the terminal's width.
void print_lines(const terminal& where, const std::vector<std::string>& lines);
// To stderr, when something is hidden from the role.
void print_hint(const ops::hidden_sessions& hidden);
// "name", or "schema.name" outside of public.
std::string short_name(const std::string& schema, const std::string& name);

} // namespace lightdash::app
