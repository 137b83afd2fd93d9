// The having clause of select.
#pragma once

#include "lightdash/sql/condition.hpp"

namespace lightdash::sql {

namespace detail {
void add_having(fragment& to, const expression& condition);
}

template <class Self>
class having_clauses {
public:
    // One condition as a whole, or SQL text: having(where("a", ">", 1).or_where_null("b")), having(raw("count(*) > ?",
    // 1)). Every call's must hold.
    Self& having(const expression& condition)
    {
        auto& self = static_cast<Self&>(*this);
        detail::add_having(self, condition);
        return self;
    }
    Self& having(const reference& column, const operand& value) { return having(where(column, value)); }
    Self& having(const reference& column, comparison op, const operand& value)
    {
        return having(where(column, op, value));
    }
};

} // namespace lightdash::sql
