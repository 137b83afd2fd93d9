// Primary and unique keys, as constraints. A unique index, which can have a predicate, is table::unique_index().
#pragma once

#include "lightdash/sql/schema/foreign_key.hpp"

#include <optional>
#include <string>
#include <vector>

namespace lightdash::sql {

struct key_definition {
    std::vector<std::string> columns;
    std::string name; // empty: made by the rule
    std::vector<std::string> include;
    std::optional<deferral> deferrable;
    bool nulls_not_distinct = false;
    std::string using_index; // empty: the constraint builds its own
};

// Refers into its table; each verb returns the key itself.
class primary_key {
public:
    primary_key(std::vector<std::string> columns, std::string name);

    primary_key& deferrable(deferral initially = deferral::immediate);
    // Columns that the index carries along.
    primary_key& include(const column_names& columns);
    // Takes over a valid unique index of the same columns, built concurrently before; only when altering.
    primary_key& using_index(std::string index);

    const key_definition& definition() const noexcept { return definition_; }

private:
    key_definition definition_;
};

class unique_key {
public:
    unique_key(std::vector<std::string> columns, std::string name);

    unique_key& deferrable(deferral initially = deferral::immediate);
    unique_key& include(const column_names& columns);
    // At most one null (PostgreSQL 15 and later).
    unique_key& nulls_not_distinct();
    unique_key& using_index(std::string index);

    const key_definition& definition() const noexcept { return definition_; }

private:
    key_definition definition_;
};

} // namespace lightdash::sql
