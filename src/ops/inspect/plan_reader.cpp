#include "lightdash/ops/inspect/plan_reader.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/json/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

namespace lightdash::ops {
namespace {

constexpr std::size_t deepest = 2000; // two levels per node of the plan

// Shown under their node, as PostgreSQL names them.
constexpr std::array<std::string_view, 17> conditions{
    "Filter",   "Index Cond",      "Recheck Cond", "Hash Cond",     "Merge Cond",   "Join Filter",
    "TID Cond", "One-Time Filter", "Sort Key",     "Presorted Key", "Group Key",    "Cache Key",
    "Order By", "Sort Method",     "CTE Name",     "Subplan Name",  "Function Name"};
// Shown when they are not zero.
constexpr std::array<std::string_view, 7> counts{
    "Rows Removed by Filter", "Rows Removed by Join Filter", "Rows Removed by Index Recheck",
    "Heap Fetches",           "Shared Read Blocks",          "Temp Written Blocks",
    "Workers Planned"};

bool is_one_of(std::string_view name, const auto& names)
{
    return std::ranges::find(names, name) != names.end();
}

double number(const json::reader& at)
{
    double made = 0;
    at.read_double(made, std::numeric_limits<double>::max());
    return made;
}

std::string text(const json::reader& at)
{
    if (at.kind() != json::node_kind::array)
        return std::string{at.text()};
    std::string list;
    at.each_element([&](const json::reader& one) { list += (list.empty() ? "" : ", ") + std::string{one.text()}; });
    return list;
}

// The words of EXPLAIN's text format.
struct node_words {
    std::string strategy, operation, join;
    bool parallel = false;

    std::string type(const std::string& plain) const
    {
        if (plain == "Aggregate" && !strategy.empty() && strategy != "Plain")
            return strategy == "Hashed" ? "HashAggregate" : strategy == "Sorted" ? "GroupAggregate" : "MixedAggregate";
        if (plain == "ModifyTable" && !operation.empty())
            return operation;
        auto made = plain;
        if (!join.empty() && join != "Inner" && made.ends_with("Join"))
            made.insert(made.size() - 4, join + " ");
        else if (!join.empty() && join != "Inner")
            made += " " + join + " Join";
        return parallel ? "Parallel " + made : made;
    }
};

plan_node read_node(const json::reader& at);

// True when it was one of these.
bool read_name(plan_node& into, node_words& words, std::string_view name, const json::reader& value)
{
    const std::array<std::pair<std::string_view, std::string*>, 8> texts{{{"Node Type", &into.type},
                                                                          {"Schema", &into.schema},
                                                                          {"Relation Name", &into.relation},
                                                                          {"Alias", &into.alias},
                                                                          {"Index Name", &into.index},
                                                                          {"Strategy", &words.strategy},
                                                                          {"Operation", &words.operation},
                                                                          {"Join Type", &words.join}}};
    const auto found = std::ranges::find(texts, name, &std::pair<std::string_view, std::string*>::first);
    if (found == texts.end())
        return false;
    *found->second = std::string{value.text()};
    return true;
}

void read_number(plan_node& into, std::string_view name, const json::reader& value)
{
    if (name == "Startup Cost")
        into.startup_cost = number(value);
    else if (name == "Total Cost")
        into.total_cost = number(value);
    else if (name == "Plan Rows")
        into.estimated_rows = number(value);
    else if (name == "Actual Rows")
        into.actual_rows = number(value);
    else if (name == "Actual Total Time")
        into.actual_ms = number(value);
    else if (name == "Actual Loops")
        into.loops = number(value);
    else if (name == "Workers Launched")
        into.workers = number(value);
    else if (is_one_of(name, counts) && number(value) != 0)
        into.details.emplace_back(name, fmt::format("{:.0f}", number(value)));
}

plan_node read_node(const json::reader& at)
{
    plan_node made;
    node_words words;
    at.each_member([&](std::string_view name, const json::reader& value) {
        if (read_name(made, words, name, value))
            return;
        if (name == "Plans")
            value.each_element([&](const json::reader& child) { made.children.push_back(read_node(child)); });
        else if (name == "Parallel Aware")
            value.read_bool(words.parallel);
        else if (is_one_of(name, conditions))
            made.details.emplace_back(name, text(value));
        else
            read_number(made, name, value);
    });
    made.type = words.type(made.type);
    return made;
}

} // namespace

query_plan read_plan(std::string_view text)
{
    const auto parsed = json::value::parse(text, deepest);
    json::faults found;
    query_plan plan;
    json::reader{*parsed, found}.each_element([&](const json::reader& whole) {
        whole.each_member([&](std::string_view name, const json::reader& value) {
            if (name == "Plan")
                plan.root = read_node(value);
            else if (name == "Planning Time")
                plan.planning_ms = number(value);
            else if (name == "Execution Time")
                plan.execution_ms = number(value);
        });
    });
    found.throw_if_any();
    measure(plan);
    return plan;
}

} // namespace lightdash::ops
