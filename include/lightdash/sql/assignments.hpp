// Columns and what they are set to: a row to insert, the changes of an update.
#pragma once

#include "lightdash/sql/operand.hpp"
#include "lightdash/sql/reference.hpp"

namespace lightdash::sql {

// set("name", "x").set("updated_at", now()). std::nullopt and an empty std::optional are NULL; default_value() is the
// column's default. A column that is set twice throws error_kind::internal.
class assignments : public fragment {
public:
    assignments();
    assignments& set(const reference& column, const operand& value);
};

inline assignments set(const reference& column, const operand& value)
{
    return assignments{}.set(column, value);
}

} // namespace lightdash::sql
