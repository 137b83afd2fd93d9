// What the linter knows of the schema before a statement runs: made by reading the migrations in order.
#pragma once

#include "migrate/text/sql_tree.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::migrate {

struct known_type {
    std::string name;                 // "varchar", "numeric"; "" when not known
    std::vector<std::int64_t> limits; // (80), (10, 2)
};
known_type type_of(sql_node type_name);

// True when PostgreSQL changes the type without reading or rewriting the table, and nothing that fitted stops to fit.
bool is_safe_widening(const known_type& from, const known_type& to);

struct known_column {
    known_type type;
    bool is_new = false; // made by the migration at hand
};

struct known_index {
    std::string name;
    std::vector<std::string> columns; // up to the first expression
    std::string signature;            // equal: the same rows in the same order
    bool unique = false;
    std::string warning{}; // of the finding that calls it a duplicate; "" without one
};

struct known_check {
    std::string not_null_column; // of CHECK (column IS NOT NULL)
    bool validated = false;
    bool is_new = false;
};

struct known_table {
    bool is_new = false; // made by the migrations that run together
    std::map<std::string, known_column, std::less<>> columns;
    std::vector<known_index> indexes;
    std::map<std::string, known_check, std::less<>> checks; // also foreign keys that are not valid yet
};

class lint_schema {
public:
    // The statements that follow run later, in another transaction. `together`: new tables stay new.
    void begin_migration(bool together);

    known_table& table(const std::string& name) { return tables_[name]; } // one that is not known is an old one
    const known_table* find(const std::string& name) const;
    known_table& create_table(const std::string& name);
    void drop_table(const std::string& name);
    void rename_table(const std::string& from, const std::string& to);
    // The table of an index; empty when not known.
    std::string table_of_index(std::string_view index) const;
    void drop_index(std::string_view index);
    // Findings that call an index a duplicate are over once it, or the other one, is dropped.
    bool is_over(const std::string& warning) const { return over_.contains(warning); }

    void create_type(const std::string& name) { new_types_.insert(name); }
    bool is_new_type(const std::string& name) const { return new_types_.contains(name); }

private:
    std::map<std::string, known_table> tables_;
    std::set<std::string> new_types_;
    std::set<std::string> over_;
};

// Of a CREATE INDEX: IndexStmt.
known_index index_of(sql_node index_statement);
// Of a primary or unique key on these columns.
known_index key_index(std::string name, const std::vector<std::string>& columns);

} // namespace lightdash::migrate
