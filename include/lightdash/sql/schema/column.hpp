// One column of a table that is being described, with the modifiers that read after it.
#pragma once

#include "lightdash/sql/expression.hpp"
#include "lightdash/sql/schema/check.hpp"
#include "lightdash/sql/schema/constant.hpp"
#include "lightdash/sql/schema/foreign_key.hpp"
#include "lightdash/sql/schema/sequence_options.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lightdash::sql {

enum class identity_kind : unsigned char { always, by_default };

// What a column is; the compiler reads it.
struct column_definition {
    std::string name;
    std::string type;
    int line = 0; // of the source, where it is described
    std::string collation;
    bool inline_primary = false;              // "primary key" beside the type, unless the table has another one
    std::optional<bool> not_null;             // unset: as PostgreSQL does
    std::optional<std::string> default_value; // an SQL expression
    std::string generation;                   // "generated always as …"
    std::vector<check_definition> checks;
    std::optional<std::string> comment;
    bool if_not_exists = false;
    bool primary = false;
    std::optional<std::string> unique_name; // set: a unique key of this column alone; "" takes the name of the rule
    std::optional<std::string> index_name;  // likewise
    std::optional<foreign_key> foreign;
    std::vector<std::string> new_enum_values; // not empty: the type is an enum that is created first
};

// Refers into its table; each modifier returns the column itself.
class column {
public:
    explicit column(column_definition definition) : definition_(std::move(definition)) {}

    column& primary();
    column& not_null();
    column& nullable();
    column& unique(std::string name = {});
    column& index(std::string name = {});
    column& comment(std::string text);
    column& collate(std::string name);
    // An array of what the column was.
    column& array();
    // Only when altering. The keys of the column are then written beside it, so that they too are left out.
    column& if_not_exists();

    // Text, number, boolean, nullptr or raw(…). Text for a column of JSON is its JSON.
    column& default_to(const constant& value);
    // Numbered by PostgreSQL; what serial was before (manual, 5.3 "Generated Columns" and CREATE TABLE).
    column& identity(identity_kind kind = identity_kind::by_default, const sequence_options& options = {});
    // Computed when a row is written, and stored.
    column& generated_as(const expression& value);

    // A foreign key of this column alone; in_table() must follow, unless the column is written as "users.id".
    column& references(std::string target_column);
    column& in_table(std::string target_table);
    column& on_delete(referential_action action);
    column& on_update(referential_action action);
    // The name of the foreign key.
    column& with_key_name(std::string name);
    column& deferrable(deferral initially = deferral::immediate);

    // Conditions, beside the column. Without a name PostgreSQL makes one: table_column_check.
    column& check(const expression& condition, std::string name = {});
    column& check_positive(std::string name = {});
    column& check_negative(std::string name = {});
    column& check_in(const std::vector<constant>& values, std::string name = {});
    column& check_not_in(const std::vector<constant>& values, std::string name = {});
    // Both ends included.
    column& check_between(const constant& low, const constant& high, std::string name = {});
    // In one of several intervals.
    column& check_between(const std::vector<std::pair<constant, constant>>& intervals, std::string name = {});
    // The text's characters: check_length(">=", 3).
    column& check_length(std::string_view comparison, std::size_t length, std::string name = {});
    // A regular expression of PostgreSQL's, with case.
    column& check_regex(std::string_view pattern, std::string name = {});

    const column_definition& definition() const noexcept { return definition_; }

private:
    foreign_key& key();
    column& add_check(std::string expression, std::string name);

    column_definition definition_;
};

} // namespace lightdash::sql
