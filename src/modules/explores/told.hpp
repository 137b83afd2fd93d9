// Explores as the API takes and tells them.
#pragma once

#include "modules/explores/compiler/compiled_query.hpp"
#include "modules/explores/model.hpp"
#include "modules/shared/ids.hpp"
#include "modules/shared/jsonb.hpp"
#include "modules/shared/values.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::api {
class schemas;
enum class direction : unsigned char;
} // namespace lightdash::api

namespace lightdash::explores {

inline constexpr std::size_t longest_explores = 40'000'000; // bytes of a PUT's body
inline constexpr std::size_t most_explores = 5000;          // of a project

// The {explore} of a path.
struct explore_name {
    static constexpr std::string_view path_name = "explore";
    std::string_view name;

    static explore_name of(std::string_view text) { return {text}; }
};
LIGHTDASH_DESCRIBE(explore_name, name)

// The body of PUT /projects/{project}/explores: an array of explores, each read to see whether it fits, and kept as it
// came.
struct explore_list {
    json::raw explores;

    static void write_schema(std::string& out, api::schemas& known, api::direction way);
};
LIGHTDASH_DESCRIBE(explore_list, explores)
bool read_json(const json::reader& at, explore_list& into);

// What PUT tells.
struct deployed_explores {
    std::int64_t explores, with_errors, changed, removed;
};
LIGHTDASH_DESCRIBE(deployed_explores, explores, with_errors, changed, removed)

// One line of GET /projects/{project}/explores.
struct explore_summary {
    std::string name, label;
    std::optional<pg::json_text> tags, errors;
    std::optional<std::string> group_label, database_name, schema_name, description;
};
LIGHTDASH_DESCRIBE(explore_summary, name, label, tags, errors, group_label, database_name, schema_name, description)

struct told_parameter {
    std::string type, value;
};
LIGHTDASH_DESCRIBE(told_parameter, type, value)

// What compileQuery tells.
struct told_query {
    std::string query;
    std::vector<told_parameter> parameters;
    std::vector<column> columns;
    std::vector<warning> warnings;
    std::string timezone;

    explicit told_query(compiled_query made);
};
LIGHTDASH_DESCRIBE(told_query, query, parameters, columns, warnings, timezone)

} // namespace lightdash::explores
