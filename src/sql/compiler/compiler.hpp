// The one compiler: writes a tree as PostgreSQL's text, with the values in the order of their placeholders.
#pragma once

#include "sql/tree/tree.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::sql::detail {

class compiler {
public:
    enum class values_as : unsigned char { placeholders, literals };

    compiler(const tree& of, values_as how);
    void run(); // once

    struct open_parameter {
        pg::oid type;
        std::string_view name;
        std::uint32_t number; // of its placeholder
    };
    struct slot {
        bool open;
        std::uint32_t index; // into opens, or into values
    };

    std::string text;
    pg::params values;
    std::vector<open_parameter> opens;
    std::vector<slot> slots; // what $1, $2 … are; filled only when something is open

private:
    static constexpr std::string_view comma = ", ";

    const node& at(node_id id) const noexcept { return tree_.at(id); }

    // compiler.cpp: whatever may stand anywhere
    void write(node_id id); // a statement in parentheses
    void bare(node_id id);  // without them
    void children(const node& of, std::string_view separator = {});
    void list(node_id statement, clause_id which, std::string_view before, std::string_view separator = comma);
    void parameter(node_id id);
    void placeholder(std::uint32_t number);
    void open(const node& parameter);
    void conditions(const node& of);
    void conditions(node_id statement, clause_id which, std::string_view before);
    void order(const node& of);
    void call(const node& of);
    void window(node_id id);
    void comments(node_id statement);
    void with(node_id statement);

    // compiler_select.cpp
    void select(node_id id);
    void source(const node& of);
    void join(const node& of);
    void where(node_id statement);
    void after(node_id statement);
    void after_mixed(node_id values, node_id orders);
    void repeat(node_id value, std::uint32_t& number);
    void lock(const node& of);
    void set_operation(node_id id);
    void branch(const node& of, bool parenthesized);

    // compiler_changes.cpp
    void insert(node_id id);
    void insert_rows(node_id rows);
    void insert_values(node_id columns, node_id rows);
    void insert_arrays(node_id arrays);
    void insert_computed(node_id row, node_id query);
    std::vector<node_id> columns_of(node_id rows) const;
    void conflict(node_id clause, const std::vector<node_id>& columns);
    void update(node_id id);
    void remove(node_id id);
    void merge(node_id id);
    void truncate(node_id id);
    void assignment(const node& of);

    const tree& tree_;
    values_as how_;
    bool ran_ = false;
    std::uint32_t placeholders_ = 0;
    node_id schema_ = none; // of the statement that is being written
    // What an insert sets, in the place of the columns of the query that it takes its rows from.
    node_id computed_ = none;
    node_id computed_for_ = none;
};

// A value as SQL literal, for people.
void append_literal(std::string& out, const pg::params& values, const pg::params::value& one);

} // namespace lightdash::sql::detail
