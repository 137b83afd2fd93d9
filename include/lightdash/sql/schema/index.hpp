// An index, unique or not.
#pragma once

#include "lightdash/sql/expression.hpp"
#include "lightdash/sql/schema/constant.hpp"
#include "lightdash/sql/schema/index_columns.hpp"
#include "lightdash/sql/schema/names.hpp"

#include <string>
#include <utility>
#include <vector>

namespace lightdash::sql {

struct index_definition {
    std::vector<index_column> columns;
    std::string name; // empty: made by the rule, from plain columns only
    bool unique = false;
    bool concurrently = false;
    bool if_not_exists = false;
    bool nulls_not_distinct = false;
    std::string method; // empty: btree
    std::vector<std::string> include;
    std::vector<std::pair<std::string, std::string>> storage;
    std::string predicate; // empty: of all rows
};

// Refers into its table; each verb returns the index itself.
class index {
public:
    index(std::vector<index_column> columns, std::string name, bool unique);

    // Without stopping writes; slower, leaves an invalid index behind when it fails, and not inside a transaction.
    index& concurrently();
    // Needs a name. An index of the same name and other columns is taken for this one.
    index& if_not_exists();
    // "gin", "gist", "brin", "hash", "spgist" or what an extension adds.
    index& using_method(std::string method);
    // Only the rows for which this holds: raw("deleted_at is null"), sql::where("role", "admin").
    index& where(const expression& predicate);
    // Columns that the index carries along, so that a query need not visit the table.
    index& include(const column_names& columns);
    // At most one null in a unique index (PostgreSQL 15 and later).
    index& nulls_not_distinct();
    // A storage parameter: ("fillfactor", 70).
    index& with(std::string parameter, const constant& value);

    const index_definition& definition() const noexcept { return definition_; }

private:
    index_definition definition_;
};

} // namespace lightdash::sql
