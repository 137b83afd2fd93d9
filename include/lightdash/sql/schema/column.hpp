// One column of a table that is being described, with the modifiers that read after it.
#pragma once

#include "lightdash/sql/raw.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lightdash::sql {

enum class referential_action : unsigned char { no_action, restrict, cascade, set_null, set_default };

struct foreign_key {
    std::vector<std::string> columns;
    std::vector<std::string> target_columns;
    std::string target_table;
    std::optional<referential_action> on_delete;
    std::optional<referential_action> on_update;
    std::string name; // empty: made by Knex's rule
};

// What a column is; the compiler reads it.
struct column_definition {
    std::string name;
    std::string type;
    std::optional<bool> not_null;             // unset: as PostgreSQL does
    std::optional<std::string> default_value; // an SQL expression
    bool primary = false;
    std::optional<std::string> unique_name; // set: a unique key of this column alone; "" takes the name of the rule
    std::optional<std::string> index_name;  // likewise
    std::optional<foreign_key> foreign;
};

// Refers into its table; each modifier returns the column itself.
class column {
public:
    column(std::string name, std::string type);

    column& primary();
    column& not_null();
    column& nullable();
    column& unique(std::string name = {});
    column& index(std::string name = {});

    column& default_to(const char* text) { return default_to(std::string_view{text}); }
    column& default_to(std::string_view text);
    column& default_to(bool value);
    column& default_to(int value) { return default_to(std::int64_t{value}); }
    column& default_to(std::int64_t value);
    column& default_to(const raw& expression);

    // A foreign key of this column alone; in_table() must follow.
    column& references(std::string target_column);
    column& in_table(std::string target_table);
    column& on_delete(referential_action action);
    column& on_update(referential_action action);
    // The name of the foreign key.
    column& with_key_name(std::string name);

    const column_definition& definition() const noexcept { return definition_; }

private:
    foreign_key& key();

    column_definition definition_;
};

} // namespace lightdash::sql
