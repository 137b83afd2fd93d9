// The rows that insert, update and remove give back.
#pragma once

#include "lightdash/sql/column_list.hpp"

#include <initializer_list>
#include <string_view>

namespace lightdash::sql {

namespace detail {
void add_returning(fragment& to, std::initializer_list<reference> columns);
}

template <class Self>
class returning_clause {
public:
    // returning("id", "name as n", raw("…")); "*" for all columns.
    template <class... Columns>
    Self& returning(const Columns&... columns)
    {
        static_assert(sizeof...(Columns) != 0, "returning() names at least one column");
        auto& self = static_cast<Self&>(*this);
        detail::add_returning(self, {columns...});
        return self;
    }
    // The columns of a described struct, so that a row fits it.
    template <described_struct Row>
    Self& returning(std::string_view table = {})
    {
        return returning(columns_of<Row>(table));
    }
};

} // namespace lightdash::sql
