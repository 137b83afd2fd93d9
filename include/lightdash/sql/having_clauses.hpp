// The having family of select.
#pragma once

#include "lightdash/sql/conditions.hpp"
#include "lightdash/sql/raw.hpp"

#include <concepts>
#include <string_view>
#include <type_traits>

namespace lightdash::sql {

// Each call adds one condition to those before it: with `and`, or with `or` when the name begins so. The list is flat,
// as in SQL: `a or b and c`. Parentheses come from a group: having(condition().where(…).or_where(…)).
template <class Self>
class having_clauses {
public:
    // NULL (std::nullopt) becomes `is null`. An empty std::optional throws error_kind::internal: nothing equals NULL.
    Self& having(const reference& column, const operand& value)
    {
        detail::compare(self(), detail::place::having, link::and_, column, "=", value);
        return self();
    }
    Self& having(const reference& column, comparison op, const operand& value)
    {
        detail::compare(self(), detail::place::having, link::and_, column, op, value);
        return self();
    }
    // A group of conditions, in parentheses; or SQL text as it is.
    Self& having(const expression& condition)
    {
        detail::test(self(), detail::place::having, link::and_, condition);
        return self();
    }
    template <std::same_as<bool> Constant>
    Self& having(Constant constant)
    {
        detail::test(self(), detail::place::having, link::and_, constant);
        return self();
    }
    Self& having_not(const reference& column, const operand& value)
    {
        detail::compare(self(), detail::place::having, link::and_not, column, "=", value);
        return self();
    }
    Self& having_not(const reference& column, comparison op, const operand& value)
    {
        detail::compare(self(), detail::place::having, link::and_not, column, op, value);
        return self();
    }
    Self& having_not(const expression& condition)
    {
        detail::test(self(), detail::place::having, link::and_not, condition);
        return self();
    }
    Self& having_column(const reference& left, const reference& right)
    {
        detail::compare_columns(self(), detail::place::having, link::and_, left, "=", right);
        return self();
    }
    Self& having_column(const reference& left, comparison op, const reference& right)
    {
        detail::compare_columns(self(), detail::place::having, link::and_, left, op, right);
        return self();
    }
    Self& having_not_column(const reference& left, const reference& right)
    {
        detail::compare_columns(self(), detail::place::having, link::and_not, left, "=", right);
        return self();
    }
    Self& having_not_column(const reference& left, comparison op, const reference& right)
    {
        detail::compare_columns(self(), detail::place::having, link::and_not, left, op, right);
        return self();
    }
    // `= any($1)` with a vector, `in ($1, $2)` with each(...), `in (select …)` with a query.
    Self& having_in(const reference& column, const choices& list)
    {
        detail::test_in(self(), detail::place::having, link::and_, column, list, true);
        return self();
    }
    Self& having_not_in(const reference& column, const choices& list)
    {
        detail::test_in(self(), detail::place::having, link::and_, column, list, false);
        return self();
    }
    Self& having_null(const reference& column)
    {
        detail::test_null(self(), detail::place::having, link::and_, column, true);
        return self();
    }
    Self& having_not_null(const reference& column)
    {
        detail::test_null(self(), detail::place::having, link::and_, column, false);
        return self();
    }
    Self& having_between(const reference& column, const operand& low, const operand& high)
    {
        detail::test_between(self(), detail::place::having, link::and_, column, low, high, true);
        return self();
    }
    Self& having_not_between(const reference& column, const operand& low, const operand& high)
    {
        detail::test_between(self(), detail::place::having, link::and_, column, low, high, false);
        return self();
    }
    Self& having_exists(const expression& rows)
    {
        detail::test_exists(self(), detail::place::having, link::and_, rows, true);
        return self();
    }
    Self& having_not_exists(const expression& rows)
    {
        detail::test_exists(self(), detail::place::having, link::and_, rows, false);
        return self();
    }
    Self& having_raw(raw_literal text)
    {
        detail::test(self(), detail::place::having, link::and_, raw{text});
        return self();
    }
    template <class First, class... Rest>
    Self& having_raw(raw_text<std::type_identity_t<First>, std::type_identity_t<Rest>...> text, const First& first,
                     const Rest&... rest)
    {
        detail::test(self(), detail::place::having, link::and_, raw{text, first, rest...});
        return self();
    }
    Self& or_having(const reference& column, const operand& value)
    {
        detail::compare(self(), detail::place::having, link::or_, column, "=", value);
        return self();
    }
    Self& or_having(const reference& column, comparison op, const operand& value)
    {
        detail::compare(self(), detail::place::having, link::or_, column, op, value);
        return self();
    }
    Self& or_having(const expression& condition)
    {
        detail::test(self(), detail::place::having, link::or_, condition);
        return self();
    }
    template <std::same_as<bool> Constant>
    Self& or_having(Constant constant)
    {
        detail::test(self(), detail::place::having, link::or_, constant);
        return self();
    }
    Self& or_having_not(const reference& column, const operand& value)
    {
        detail::compare(self(), detail::place::having, link::or_not, column, "=", value);
        return self();
    }
    Self& or_having_not(const reference& column, comparison op, const operand& value)
    {
        detail::compare(self(), detail::place::having, link::or_not, column, op, value);
        return self();
    }
    Self& or_having_not(const expression& condition)
    {
        detail::test(self(), detail::place::having, link::or_not, condition);
        return self();
    }
    Self& or_having_column(const reference& left, const reference& right)
    {
        detail::compare_columns(self(), detail::place::having, link::or_, left, "=", right);
        return self();
    }
    Self& or_having_column(const reference& left, comparison op, const reference& right)
    {
        detail::compare_columns(self(), detail::place::having, link::or_, left, op, right);
        return self();
    }
    Self& or_having_not_column(const reference& left, const reference& right)
    {
        detail::compare_columns(self(), detail::place::having, link::or_not, left, "=", right);
        return self();
    }
    Self& or_having_not_column(const reference& left, comparison op, const reference& right)
    {
        detail::compare_columns(self(), detail::place::having, link::or_not, left, op, right);
        return self();
    }
    Self& or_having_in(const reference& column, const choices& list)
    {
        detail::test_in(self(), detail::place::having, link::or_, column, list, true);
        return self();
    }
    Self& or_having_not_in(const reference& column, const choices& list)
    {
        detail::test_in(self(), detail::place::having, link::or_, column, list, false);
        return self();
    }
    Self& or_having_null(const reference& column)
    {
        detail::test_null(self(), detail::place::having, link::or_, column, true);
        return self();
    }
    Self& or_having_not_null(const reference& column)
    {
        detail::test_null(self(), detail::place::having, link::or_, column, false);
        return self();
    }
    Self& or_having_between(const reference& column, const operand& low, const operand& high)
    {
        detail::test_between(self(), detail::place::having, link::or_, column, low, high, true);
        return self();
    }
    Self& or_having_not_between(const reference& column, const operand& low, const operand& high)
    {
        detail::test_between(self(), detail::place::having, link::or_, column, low, high, false);
        return self();
    }
    Self& or_having_exists(const expression& rows)
    {
        detail::test_exists(self(), detail::place::having, link::or_, rows, true);
        return self();
    }
    Self& or_having_not_exists(const expression& rows)
    {
        detail::test_exists(self(), detail::place::having, link::or_, rows, false);
        return self();
    }
    Self& or_having_raw(raw_literal text)
    {
        detail::test(self(), detail::place::having, link::or_, raw{text});
        return self();
    }
    template <class First, class... Rest>
    Self& or_having_raw(raw_text<std::type_identity_t<First>, std::type_identity_t<Rest>...> text, const First& first,
                        const Rest&... rest)
    {
        detail::test(self(), detail::place::having, link::or_, raw{text, first, rest...});
        return self();
    }

private:
    using link = detail::link;
    Self& self() noexcept { return static_cast<Self&>(*this); }
};

} // namespace lightdash::sql
