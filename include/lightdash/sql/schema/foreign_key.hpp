// A reference from columns of one table to those of another.
#pragma once

#include "lightdash/sql/schema/names.hpp"

#include <optional>
#include <string>
#include <vector>

namespace lightdash::sql {

enum class referential_action : unsigned char { no_action, restrict, cascade, set_null, set_default };

// When a deferrable constraint is checked unless the transaction says otherwise.
enum class deferral : unsigned char { immediate, deferred };

struct foreign_key_definition {
    std::vector<std::string> columns;
    std::string name; // empty: made by the rule
    std::vector<std::string> target_columns;
    std::string target_table;
    std::optional<referential_action> on_delete;
    std::optional<referential_action> on_update;
    std::optional<deferral> deferrable; // unset: not deferrable
    bool match_full = false;
    bool not_valid = false;
};

// Refers into its table; each verb returns the key itself. references() and in_table() must be called.
class foreign_key {
public:
    foreign_key(std::vector<std::string> columns, std::string name);

    // "id", or with its table as "users.id".
    foreign_key& references(const column_names& target_columns);
    foreign_key& in_table(std::string target_table);
    foreign_key& on_delete(referential_action action);
    foreign_key& on_update(referential_action action);
    foreign_key& with_key_name(std::string name);
    foreign_key& deferrable(deferral initially = deferral::immediate);
    // A key of several columns is either null in all of them or in none.
    foreign_key& match_full();
    // Holds for what is written from now on; table::validate_constraint() checks the rows that are there.
    foreign_key& not_valid();

    const foreign_key_definition& definition() const noexcept { return definition_; }

private:
    foreign_key_definition definition_;
};

} // namespace lightdash::sql
