// What the inspections under `db` have in common: one read-only transaction, and lines that fit.
#pragma once

#include "app/cli/answer.hpp"
#include "app/terminal/table.hpp"
#include "lightdash/ops/inspect/activity.hpp"
#include "lightdash/ops/inspect/inspection.hpp"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace lightdash::app {

constexpr std::chrono::seconds inspection_patience{30};

// The first options of every inspection: the private PostgreSQL's folder, and --json with its shape.
inline void describe_inspection(option_list& are, std::string json_shape)
{
    are.setting("LIGHTDASH_DATA_DIR");
    are.json(std::move(json_shape));
}

// `view(session)` in one read-only transaction.
template <class View>
auto inspect(runtime& on, View view) -> decltype(view(std::declval<pg::session&>()))
{
    const auto until = deadline::after(inspection_patience);
    auto tx = co_await ops::begin_inspection(on.database(), {}, until);
    auto made = co_await view(tx);
    co_await tx.commit();
    co_return made;
}
template <class View>
auto inspect(const invocation& call, View view)
{
    runtime on{call.config()};
    return ask(on, inspect(on, std::move(view)));
}

// To stdout, each cut to the terminal's width.
void print_lines(const terminal& where, const std::vector<std::string>& lines);
// To stderr, when something is hidden from the role.
void print_hint(const ops::hidden_sessions& hidden);
// To stderr: what has to be done before the server can be asked.
void print_steps(const std::string& purpose, const std::vector<std::string>& steps, const invocation& call);
// Without DATABASE_URL the server is the private one: what it needs is lent to it, and nothing stays.
bool is_own_server(const invocation& call);
// "name", or "schema.name" outside of public.
std::string short_name(const std::string& schema, const std::string& name);

} // namespace lightdash::app
