// Conditions by themselves: a group for where, having and on, a filter of an aggregate, a predicate to hand around.
#pragma once

#include "lightdash/sql/where_clauses.hpp"

namespace lightdash::sql {

// condition().where("a", 1).or_where_null("b"); the free functions begin one.
class condition : public expression, public where_clauses<condition> {
public:
    condition();
};

inline condition where(const reference& column, const operand& value)
{
    return condition{}.where(column, value);
}
inline condition where(const reference& column, comparison op, const operand& value)
{
    return condition{}.where(column, op, value);
}
inline condition where(const expression& text)
{
    return condition{}.where(text);
}

} // namespace lightdash::sql
