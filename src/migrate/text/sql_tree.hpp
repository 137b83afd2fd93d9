// An SQL statement as PostgreSQL's own parser sees it (libpg_query, the grammar of PostgreSQL 15).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace boost::json {
class value;
}

namespace lightdash::migrate {

// A place in the tree; points into it. What is not there is an empty node, and asking it gives empty answers.
class sql_node {
public:
    sql_node() = default;
    explicit sql_node(const boost::json::value* at) noexcept : at_(at) {}

    explicit operator bool() const noexcept { return at_ != nullptr; }
    sql_node operator[](std::string_view key) const;
    std::string_view text() const; // "" unless a string
    std::int64_t number(std::int64_t otherwise = 0) const;
    bool flag() const;                  // false unless true
    std::vector<sql_node> list() const; // empty unless an array
    std::string_view tag() const;       // "IndexStmt" of {"IndexStmt": {…}}
    // Byte offset in the statement; the parser writes none for many nodes.
    std::optional<std::size_t> location() const;

    // Every node below, itself first, with the key it stands under ("" in lists).
    void walk(const std::function<void(std::string_view key, sql_node)>& visit) const;
    bool contains(std::string_view key) const; // somewhere below
    // Equal for equal texts, wherever they stand.
    std::string signature() const;

private:
    const boost::json::value* at_ = nullptr;
};

class sql_tree {
public:
    // Never throws for bad SQL: see complaint().
    explicit sql_tree(const std::string& text);
    sql_tree(const sql_tree&) = delete;
    sql_tree& operator=(const sql_tree&) = delete;
    ~sql_tree();

    // {"IndexStmt": {…}}; empty when the text could not be read.
    sql_node statement() const;
    const std::string& complaint() const noexcept { return complaint_; } // "" when it could
    std::size_t complaint_offset() const noexcept { return complaint_offset_; }

private:
    std::unique_ptr<boost::json::value> root_;
    std::string complaint_;
    std::size_t complaint_offset_ = 0;
};

// The body of a DO block or of a function in PL/pgSQL, from the whole statement. No names are resolved in it.
class plpgsql_tree {
public:
    // Never throws for a bad body, nor for one in another language: then it is not readable().
    explicit plpgsql_tree(const std::string& statement);
    plpgsql_tree(const plpgsql_tree&) = delete;
    plpgsql_tree& operator=(const plpgsql_tree&) = delete;
    ~plpgsql_tree();

    bool readable() const noexcept { return root_ != nullptr; }
    sql_node root() const noexcept { return sql_node{root_.get()}; }

private:
    std::unique_ptr<boost::json::value> root_;
};

// "users", "reports.events": of {"schemaname": …, "relname": …}. The schema public is left out.
std::string relation_name(sql_node range_variable);
// The same of a list of strings.
std::string dotted_name(sql_node strings);

} // namespace lightdash::migrate
