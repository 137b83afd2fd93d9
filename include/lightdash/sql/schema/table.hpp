// One table that is being created or altered: columns, keys, indexes and checks in the order of their description.
#pragma once

#include "lightdash/sql/raw.hpp"
#include "lightdash/sql/schema/column.hpp"

#include <cstddef>
#include <deque>
#include <initializer_list>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace lightdash::sql {

// One name or several: "email" or {"project_id", "created_at"}.
class column_names {
public:
    column_names(const char* name) : names_{name} {}
    column_names(std::string name) : names_{std::move(name)} {}
    column_names(std::initializer_list<const char*> names) : names_(names.begin(), names.end()) {}

    const std::vector<std::string>& list() const noexcept { return names_; }

private:
    std::vector<std::string> names_;
};

// What stands beside the columns. An empty name is made by Knex's rule: table_column_column_{index,unique,foreign}.
struct primary_key {
    std::vector<std::string> columns;
    std::string name;
};
struct unique_key {
    std::vector<std::string> columns;
    std::string name;
};
struct index {
    std::vector<std::string> columns;
    std::string name;
};
struct check {
    std::string expression;
    std::string name; // required: PostgreSQL's own choice would be hard to drop
};
// Only when altering.
struct drop_column {
    std::string name;
};
struct drop_constraint {
    std::string name;
};
struct drop_index {
    std::string name;
};
struct rename_column {
    std::string from;
    std::string to;
};
struct change_nullability {
    std::string column;
    bool not_null;
};

using table_item = std::variant<primary_key, unique_key, foreign_key, index, check, drop_column, drop_constraint,
                                drop_index, rename_column, change_nullability>;

// Completes a foreign key of several columns; refers into its table.
class foreign_key_description {
public:
    explicit foreign_key_description(foreign_key& key) noexcept : key_(key) {}

    foreign_key_description& references(const column_names& target_columns);
    foreign_key_description& in_table(std::string target_table);
    foreign_key_description& on_delete(referential_action action);
    foreign_key_description& on_update(referential_action action);

private:
    foreign_key& key_;
};

class table {
public:
    explicit table(std::string name) : name_(std::move(name)) {}

    // Columns: PostgreSQL's type in each case. The returned column lives as long as the table.
    sql::column& uuid(std::string name) { return column(std::move(name), "uuid"); }
    sql::column& string(std::string name) { return column(std::move(name), "varchar"); }
    sql::column& string(std::string name, std::size_t length);
    sql::column& text(std::string name) { return column(std::move(name), "text"); }
    sql::column& integer(std::string name) { return column(std::move(name), "integer"); }
    sql::column& big_integer(std::string name) { return column(std::move(name), "bigint"); }
    sql::column& boolean(std::string name) { return column(std::move(name), "boolean"); }
    sql::column& binary(std::string name) { return column(std::move(name), "bytea"); }
    sql::column& timestamp(std::string name) { return column(std::move(name), "timestamp"); } // without time zone
    sql::column& timestamptz(std::string name) { return column(std::move(name), "timestamptz"); }
    sql::column& jsonb(std::string name) { return column(std::move(name), "jsonb"); }
    // Any other type, as PostgreSQL spells it.
    sql::column& column(std::string name, std::string type);
    // created_at and updated_at as the guide has them: timestamp default now().
    void timestamps();

    void primary(const column_names& columns, std::string name = {});
    void unique(const column_names& columns, std::string name = {});
    void index(const column_names& columns, std::string name = {});
    foreign_key_description foreign(const column_names& columns, std::string name = {});
    void check(const raw& expression, std::string name);

    void drop_column(std::string name);
    void drop_primary(std::string name = {});
    // By the columns, as the rule names it, or by the given name.
    void drop_unique(const column_names& columns, std::string name = {});
    void drop_foreign(const column_names& columns, std::string name = {});
    void drop_index(const column_names& columns, std::string name = {});
    void drop_check(std::string name);
    void rename_column(std::string from, std::string to);
    void set_not_null(std::string column);
    void drop_not_null(std::string column);

    const std::string& name() const noexcept { return name_; }
    const std::deque<sql::column>& columns() const noexcept { return columns_; }
    const std::deque<table_item>& items() const noexcept { return items_; }

private:
    std::string name_;
    std::deque<sql::column> columns_; // deques: references handed out stay good
    std::deque<table_item> items_;
};

// Knex's rule: lower case, dots and dashes as underscores: "dashboards_project_id_created_at_index".
std::string conventional_name(const std::string& table, const std::vector<std::string>& columns, const char* suffix);

} // namespace lightdash::sql
