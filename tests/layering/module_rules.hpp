// What slices may know of each other: whose tables their SQL names, and no circle of includes.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::layering {

struct table_use {
    int line; // from 1
    std::string table;
};

// The tables of the domain that the string literals of C++ text name as tables: "charts", "charts as c", and behind
// from, join, into, update and using.
std::vector<table_use> tables_named_in(std::string_view text);

// "" when the SQL of the slice may name the table, else the legal way.
std::string fault_of_table(std::string_view slice, std::string_view table);

// The names of a circle, the first one again at the end, or nothing.
std::vector<std::string> circle_in(const std::map<std::string, std::set<std::string>>& includes);

} // namespace lightdash::layering
