// A query plan as a tree that people can read: which node took the time, and where the planner's estimate was wrong.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lightdash::ops {

// One node of EXPLAIN (FORMAT JSON). Times in milliseconds.
struct plan_node {
    std::string type; // "Seq Scan", "Hash Join", …
    std::string schema, relation, alias, index;
    double startup_cost = 0, total_cost = 0;
    double estimated_rows = 0;
    // With ANALYZE; rows and time per loop.
    std::optional<double> actual_rows, actual_ms;
    double loops = 1;
    double workers = 0;                                       // launched, of a Gather
    std::vector<std::pair<std::string, std::string>> details; // "Filter", "Hash Cond", "Sort Key", …
    std::vector<plan_node> children;

    // Made by measure().
    double inclusive_ms = 0, self_ms = 0;
    bool slowest = false;
};

struct query_plan {
    plan_node root;
    std::optional<double> planning_ms, execution_ms;
};

// Fills in inclusive_ms and self_ms over all loops, and marks the node with the largest self_ms. The loops of parallel
// workers run side by side: their time is shared out among them.
void measure(query_plan& plan);

// One line per node and detail, under a line of headings; `ascii` for terminals without UTF-8.
std::vector<std::string> draw_plan(const query_plan& plan, bool ascii);

} // namespace lightdash::ops
