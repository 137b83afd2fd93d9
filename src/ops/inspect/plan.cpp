#include "lightdash/ops/inspect/plan.hpp"

#include "ops/inspect/tree_strokes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace lightdash::ops {
namespace {

constexpr double far_off = 10; // times: an estimate worth a remark

void measure_node(plan_node& node, double side_by_side)
{
    const double own_loops = std::max(node.loops / side_by_side, node.loops > 0 ? 1.0 : 0.0);
    node.inclusive_ms = node.actual_ms.value_or(0) * own_loops;
    const double below = node.workers > 0 ? side_by_side * (node.workers + 1) : side_by_side;
    double inside = 0;
    for (auto& child : node.children) {
        measure_node(child, below);
        inside += child.inclusive_ms;
    }
    node.self_ms = std::max(node.inclusive_ms - inside, 0.0);
}

plan_node* slowest_of(plan_node& node)
{
    auto* found = &node;
    for (auto& child : node.children)
        if (auto* candidate = slowest_of(child); candidate->self_ms > found->self_ms)
            found = candidate;
    return found;
}

std::string milliseconds(double ms)
{
    return fmt::format("{:.{}f} ms", ms, ms < 100 ? 2 : 0);
}

std::string title(const plan_node& node)
{
    auto text = node.type;
    if (!node.index.empty())
        text += " using " + node.index;
    if (!node.relation.empty()) {
        text += " on " + (node.schema.empty() ? "" : node.schema + ".") + node.relation;
        if (node.alias != node.relation)
            text += " " + node.alias;
    }
    return text;
}

// "" when the estimate was near the truth.
std::string misjudged(const plan_node& node)
{
    if (!node.actual_rows || node.loops <= 0)
        return {};
    const double actual = std::max(*node.actual_rows, 1.0), estimated = std::max(node.estimated_rows, 1.0);
    if (actual >= far_off * estimated)
        return fmt::format("  ({:.0f} times more rows than estimated)", actual / estimated);
    if (estimated >= far_off * actual)
        return fmt::format("  ({:.0f} times fewer rows than estimated)", estimated / actual);
    return {};
}

class drawer {
public:
    drawer(bool analyzed, tree_strokes with) : analyzed_(analyzed), with_(with) {}

    std::vector<std::string> draw(const plan_node& root)
    {
        lines_.push_back(
            analyzed_ ? fmt::format("{:>11} {:>11} {:>10} {:>10}  {}", "self", "total", "rows", "estimated", "node")
                      : fmt::format("{:>12} {:>10}  {}", "cost", "rows", "node"));
        node(root, {}, {});
        return std::move(lines_);
    }

private:
    std::string numbers(const plan_node& of) const
    {
        if (!analyzed_)
            return fmt::format("{:>12.2f} {:>10.0f}  ", of.total_cost, of.estimated_rows);
        if (of.loops <= 0)
            return fmt::format("{:>11} {:>11} {:>10} {:>10.0f}  ", "-", "-", "never run", of.estimated_rows);
        return fmt::format("{:>11} {:>11} {:>10.0f} {:>10.0f}  ", milliseconds(of.self_ms),
                           milliseconds(of.inclusive_ms), of.actual_rows.value_or(0), of.estimated_rows);
    }

    void node(const plan_node& of, const std::string& own, const std::string& below)
    {
        auto line = numbers(of) + own + title(of);
        if (of.loops > 1)
            line += fmt::format(" x{:.0f}", of.loops);
        line += misjudged(of);
        if (of.slowest)
            line += analyzed_ ? "  <- slowest" : "";
        lines_.push_back(line);
        const std::string margin(analyzed_ ? 47 : 25, ' ');
        const auto under = below + std::string{of.children.empty() ? with_.blank : with_.pass};
        for (const auto& [name, text] : of.details)
            lines_.push_back(margin + under + name + ": " + text);
        for (std::size_t i = 0; i < of.children.size(); ++i) {
            const bool last = i + 1 == of.children.size();
            node(of.children[i], below + std::string{last ? with_.last : with_.branch},
                 below + std::string{last ? with_.blank : with_.pass});
        }
    }

    bool analyzed_;
    tree_strokes with_;
    std::vector<std::string> lines_;
};

} // namespace

void measure(query_plan& plan)
{
    measure_node(plan.root, 1);
    if (plan.root.actual_ms)
        slowest_of(plan.root)->slowest = true;
}

std::vector<std::string> draw_plan(const query_plan& plan, bool ascii)
{
    auto lines = drawer{plan.root.actual_ms.has_value(), tree_strokes::of(ascii)}.draw(plan.root);
    if (plan.planning_ms)
        lines.push_back("Planning: " + milliseconds(*plan.planning_ms));
    if (plan.execution_ms)
        lines.push_back("Execution: " + milliseconds(*plan.execution_ms));
    return lines;
}

} // namespace lightdash::ops
