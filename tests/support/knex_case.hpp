// The cases of tests/golden/sql/knex-cases.json: what Knex writes for an input, and what PostgreSQL answered.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace lightdash::testing {

// One value as PostgreSQL's text form; nullopt is NULL.
using sql_value = std::optional<std::string>;
using sql_row = std::vector<sql_value>;

// A value that Knex hands to its driver.
struct knex_binding {
    enum class kind : unsigned char { null, boolean, number, text, list, object };
    kind is = kind::null;
    std::string text;  // PostgreSQL's form as its driver sends it: true, 1.5, text, {"a","b"}, {"a": 1}
    std::string shown; // as the file has it, for messages
};

struct knex_statement {
    std::string text;
    std::vector<knex_binding> bindings;
};

struct knex_case {
    std::string id;    // "where/equals-two-args"
    std::string group; // "where"
    std::string js;    // the input in Knex's own words
    std::string trap;  // why its output should not be copied; "" when it may
    std::string error; // why Knex refuses to compile the input; "" when it does not
    std::vector<knex_statement> statements;

    bool accepted = false;            // PostgreSQL took the statements
    std::string command;              // "SELECT"; "" when the file does not say
    std::optional<std::size_t> count; // of rows returned or changed
    bool ordered = false;             // the order of `rows` means something
    std::optional<std::vector<sql_row>> rows;

    bool is_schema() const { return group.starts_with("schema-"); }
    // The last part of the id.
    std::string name() const { return id.substr(id.find('/') + 1); }
};

// All cases of the file, read once. Tests run in the project's folder. Throws std::runtime_error when the file is
// missing or has another form.
const std::vector<knex_case>& knex_cases();

} // namespace lightdash::testing
