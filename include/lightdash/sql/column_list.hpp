// The columns that a described struct is read from, as one list: for select, returning, group_by and an insert's
// columns.
#pragma once

#include "lightdash/core/described_columns.hpp"
#include "lightdash/sql/reference.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lightdash::sql {

class column_list;
// The members' names as columns of the table, or of no table by name.
template <described_struct T>
column_list columns_of(std::string_view table = {});

// select(columns_of<chart>("c").set("uuid", "c.id").member("author", "u")): always all of the struct's columns, in its
// order, so that a row of the answer fits it.
class column_list : public expression {
public:
    // Where a column comes from when the table has none of its name: another column, an expression. Throws
    // error_kind::internal when the struct has no such column.
    column_list& set(std::string_view column, const reference& source);
    // The columns of a member that is a struct itself are another table's: `"u"."email" as "author_email"`. Throws
    // error_kind::internal when the struct has no such member.
    column_list& member(std::string_view member, std::string_view table);

private:
    column_list(const std::vector<std::string>& names, std::string_view table);
    template <described_struct T>
    friend column_list columns_of(std::string_view table);

    const std::vector<std::string>* names_; // of a type: they outlive everything
};

template <described_struct T>
column_list columns_of(std::string_view table)
{
    return {described_columns<T>(), table};
}

} // namespace lightdash::sql
