// Checks the statements of one migration in order, and keeps the known schema up to date.
#pragma once

#include "lightdash/migrate/lint.hpp"
#include "migrate/lint/lint_schema.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::migrate {

class statement_linter {
public:
    statement_linter(lint_schema& schema, const migration& checked, const lint_options& options)
        : schema_(schema), migration_(checked), options_(options)
    {}

    void check(const migration_statement& statement);
    // What only shows when all statements are known.
    void finish();

    std::vector<lint_finding>& findings() noexcept { return findings_; }

private:
    struct foreign_key_seen {
        std::string table;
        std::vector<std::string> columns;
        migration_statement statement;
        std::optional<std::size_t> at;
    };

    void report(std::string_view rule, std::string message, std::optional<std::size_t> at = {});
    bool is_old(const std::string& table) const; // may hold rows, and people who use it
    void note_existence_clause(sql_node statement, std::string_view clause);

    // statement_linter.cpp
    void check_index(sql_node statement);
    void check_drop(sql_node statement);
    void check_rename(sql_node statement);
    void check_enum(sql_node statement);
    void check_enum_use(sql_node statement);
    void check_change_of_rows(sql_node statement, std::string_view verb);
    void check_identifiers(sql_node statement);
    void check_vacuum(sql_node statement);
    void check_lock(sql_node statement);
    void check_other(std::string_view tag, sql_node statement);
    // table_linter.cpp
    void check_create_table(sql_node statement);
    void check_alter_table(sql_node statement);
    void check_command(const std::string& table, sql_node command);
    void check_added_column(const std::string& table, sql_node column);
    void check_constraint(const std::string& table, sql_node constraint, const std::vector<std::string>& columns);
    void check_added_constraint(const std::string& table, sql_node constraint);
    void check_column_constraint(const std::string& table, sql_node constraint, const std::string& column,
                                 bool has_default);
    void check_type_change(const std::string& table, sql_node command);
    void check_style(sql_node column);
    void add_index(const std::string& table, known_index made, std::optional<std::size_t> at);
    void learn_column(const std::string& table, sql_node column);

    lint_schema& schema_;
    const migration& migration_;
    const lint_options& options_;
    const migration_statement* statement_ = nullptr; // the one at hand
    std::vector<lint_finding> findings_;
    std::vector<std::string> new_enum_values_;
    std::vector<foreign_key_seen> foreign_keys_;
};

} // namespace lightdash::migrate
