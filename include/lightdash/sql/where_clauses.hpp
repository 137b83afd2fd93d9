// The one vocabulary of conditions: of select, update, remove and a conflict's update, and of a condition by itself,
// which joins, having, filters and merges take.
#pragma once

#include "lightdash/sql/conditions.hpp"
#include "lightdash/sql/raw.hpp"

#include <concepts>
#include <string_view>
#include <type_traits>

namespace lightdash::sql {

// Each call adds one condition to those before it: with `and`, or with `or` when the name begins so. The list is flat,
// as in SQL: `a or b and c`. Parentheses come from a group: where(condition().where(…).or_where(…)).
template <class Self>
class where_clauses {
public:
    // NULL (std::nullopt) becomes `is null`. An empty std::optional throws error_kind::internal: nothing equals NULL.
    Self& where(const reference& column, const operand& value)
    {
        detail::compare(self(), link::and_, column, "=", value);
        return self();
    }
    Self& where(const reference& column, comparison op, const operand& value)
    {
        detail::compare(self(), link::and_, column, op, value);
        return self();
    }
    // A group of conditions, in parentheses; or SQL text as it is.
    Self& where(const expression& condition)
    {
        detail::test(self(), link::and_, condition);
        return self();
    }
    template <std::same_as<bool> Constant>
    Self& where(Constant constant)
    {
        detail::test(self(), link::and_, constant);
        return self();
    }
    Self& where_not(const reference& column, const operand& value)
    {
        detail::compare(self(), link::and_not, column, "=", value);
        return self();
    }
    Self& where_not(const reference& column, comparison op, const operand& value)
    {
        detail::compare(self(), link::and_not, column, op, value);
        return self();
    }
    Self& where_not(const expression& condition)
    {
        detail::test(self(), link::and_not, condition);
        return self();
    }
    Self& where_column(const reference& left, const reference& right)
    {
        detail::compare_columns(self(), link::and_, left, "=", right);
        return self();
    }
    Self& where_column(const reference& left, comparison op, const reference& right)
    {
        detail::compare_columns(self(), link::and_, left, op, right);
        return self();
    }
    Self& where_not_column(const reference& left, const reference& right)
    {
        detail::compare_columns(self(), link::and_not, left, "=", right);
        return self();
    }
    Self& where_not_column(const reference& left, comparison op, const reference& right)
    {
        detail::compare_columns(self(), link::and_not, left, op, right);
        return self();
    }
    // `= any($1)` with a vector, `in ($1, $2)` with each(...), `in (select …)` with a query.
    Self& where_in(const reference& column, const choices& list)
    {
        detail::test_in(self(), link::and_, column, list, true);
        return self();
    }
    Self& where_not_in(const reference& column, const choices& list)
    {
        detail::test_in(self(), link::and_, column, list, false);
        return self();
    }
    Self& where_null(const reference& column)
    {
        detail::test_null(self(), link::and_, column, true);
        return self();
    }
    Self& where_not_null(const reference& column)
    {
        detail::test_null(self(), link::and_, column, false);
        return self();
    }
    Self& where_between(const reference& column, const operand& low, const operand& high)
    {
        detail::test_between(self(), link::and_, column, low, high, true);
        return self();
    }
    Self& where_not_between(const reference& column, const operand& low, const operand& high)
    {
        detail::test_between(self(), link::and_, column, low, high, false);
        return self();
    }
    Self& where_exists(const expression& rows)
    {
        detail::test_exists(self(), link::and_, rows, true);
        return self();
    }
    Self& where_not_exists(const expression& rows)
    {
        detail::test_exists(self(), link::and_, rows, false);
        return self();
    }
    Self& where_raw(raw_literal text)
    {
        detail::test(self(), link::and_, raw{text});
        return self();
    }
    template <class First, class... Rest>
    Self& where_raw(raw_text<std::type_identity_t<First>, std::type_identity_t<Rest>...> text, const First& first,
                    const Rest&... rest)
    {
        detail::test(self(), link::and_, raw{text, first, rest...});
        return self();
    }
    Self& where_like(const reference& column, const operand& pattern)
    {
        detail::compare(self(), link::and_, column, "like", pattern);
        return self();
    }
    Self& where_ilike(const reference& column, const operand& pattern)
    {
        detail::compare(self(), link::and_, column, "ilike", pattern);
        return self();
    }
    // jsonb alone: json has no equality. Texts are sent as jsonb.
    Self& where_json_object(const reference& column, const operand& json)
    {
        detail::compare(self(), link::and_, column, "=", json);
        return self();
    }
    Self& where_not_json_object(const reference& column, const operand& json)
    {
        detail::compare(self(), link::and_, column, "!=", json);
        return self();
    }
    // The first value under a JSON path ('$.a.b[0]'), as the value's type.
    Self& where_json_path(const reference& column, std::string_view path, comparison op, const operand& value)
    {
        detail::test_json_path(self(), link::and_, column, path, op, value);
        return self();
    }
    // The values under two paths.
    Self& where_json_path_equals(const reference& left, std::string_view left_path, const reference& right,
                                 std::string_view right_path)
    {
        detail::test_json_paths(self(), link::and_, left, left_path, right, right_path);
        return self();
    }
    Self& where_json_superset_of(const reference& column, const operand& json)
    {
        detail::compare(self(), link::and_, column, "@>", json);
        return self();
    }
    Self& where_json_not_superset_of(const reference& column, const operand& json)
    {
        detail::compare(self(), link::and_not, column, "@>", json);
        return self();
    }
    Self& where_json_subset_of(const reference& column, const operand& json)
    {
        detail::compare(self(), link::and_, column, "<@", json);
        return self();
    }
    Self& where_json_not_subset_of(const reference& column, const operand& json)
    {
        detail::compare(self(), link::and_not, column, "<@", json);
        return self();
    }
    Self& or_where(const reference& column, const operand& value)
    {
        detail::compare(self(), link::or_, column, "=", value);
        return self();
    }
    Self& or_where(const reference& column, comparison op, const operand& value)
    {
        detail::compare(self(), link::or_, column, op, value);
        return self();
    }
    Self& or_where(const expression& condition)
    {
        detail::test(self(), link::or_, condition);
        return self();
    }
    template <std::same_as<bool> Constant>
    Self& or_where(Constant constant)
    {
        detail::test(self(), link::or_, constant);
        return self();
    }
    Self& or_where_not(const reference& column, const operand& value)
    {
        detail::compare(self(), link::or_not, column, "=", value);
        return self();
    }
    Self& or_where_not(const reference& column, comparison op, const operand& value)
    {
        detail::compare(self(), link::or_not, column, op, value);
        return self();
    }
    Self& or_where_not(const expression& condition)
    {
        detail::test(self(), link::or_not, condition);
        return self();
    }
    Self& or_where_column(const reference& left, const reference& right)
    {
        detail::compare_columns(self(), link::or_, left, "=", right);
        return self();
    }
    Self& or_where_column(const reference& left, comparison op, const reference& right)
    {
        detail::compare_columns(self(), link::or_, left, op, right);
        return self();
    }
    Self& or_where_not_column(const reference& left, const reference& right)
    {
        detail::compare_columns(self(), link::or_not, left, "=", right);
        return self();
    }
    Self& or_where_not_column(const reference& left, comparison op, const reference& right)
    {
        detail::compare_columns(self(), link::or_not, left, op, right);
        return self();
    }
    Self& or_where_in(const reference& column, const choices& list)
    {
        detail::test_in(self(), link::or_, column, list, true);
        return self();
    }
    Self& or_where_not_in(const reference& column, const choices& list)
    {
        detail::test_in(self(), link::or_, column, list, false);
        return self();
    }
    Self& or_where_null(const reference& column)
    {
        detail::test_null(self(), link::or_, column, true);
        return self();
    }
    Self& or_where_not_null(const reference& column)
    {
        detail::test_null(self(), link::or_, column, false);
        return self();
    }
    Self& or_where_between(const reference& column, const operand& low, const operand& high)
    {
        detail::test_between(self(), link::or_, column, low, high, true);
        return self();
    }
    Self& or_where_not_between(const reference& column, const operand& low, const operand& high)
    {
        detail::test_between(self(), link::or_, column, low, high, false);
        return self();
    }
    Self& or_where_exists(const expression& rows)
    {
        detail::test_exists(self(), link::or_, rows, true);
        return self();
    }
    Self& or_where_not_exists(const expression& rows)
    {
        detail::test_exists(self(), link::or_, rows, false);
        return self();
    }
    Self& or_where_raw(raw_literal text)
    {
        detail::test(self(), link::or_, raw{text});
        return self();
    }
    template <class First, class... Rest>
    Self& or_where_raw(raw_text<std::type_identity_t<First>, std::type_identity_t<Rest>...> text, const First& first,
                       const Rest&... rest)
    {
        detail::test(self(), link::or_, raw{text, first, rest...});
        return self();
    }
    Self& or_where_like(const reference& column, const operand& pattern)
    {
        detail::compare(self(), link::or_, column, "like", pattern);
        return self();
    }
    Self& or_where_ilike(const reference& column, const operand& pattern)
    {
        detail::compare(self(), link::or_, column, "ilike", pattern);
        return self();
    }
    Self& or_where_json_object(const reference& column, const operand& json)
    {
        detail::compare(self(), link::or_, column, "=", json);
        return self();
    }
    Self& or_where_not_json_object(const reference& column, const operand& json)
    {
        detail::compare(self(), link::or_, column, "!=", json);
        return self();
    }
    Self& or_where_json_path(const reference& column, std::string_view path, comparison op, const operand& value)
    {
        detail::test_json_path(self(), link::or_, column, path, op, value);
        return self();
    }
    Self& or_where_json_path_equals(const reference& left, std::string_view left_path, const reference& right,
                                    std::string_view right_path)
    {
        detail::test_json_paths(self(), link::or_, left, left_path, right, right_path);
        return self();
    }
    Self& or_where_json_superset_of(const reference& column, const operand& json)
    {
        detail::compare(self(), link::or_, column, "@>", json);
        return self();
    }
    Self& or_where_json_not_superset_of(const reference& column, const operand& json)
    {
        detail::compare(self(), link::or_not, column, "@>", json);
        return self();
    }
    Self& or_where_json_subset_of(const reference& column, const operand& json)
    {
        detail::compare(self(), link::or_, column, "<@", json);
        return self();
    }
    Self& or_where_json_not_subset_of(const reference& column, const operand& json)
    {
        detail::compare(self(), link::or_not, column, "<@", json);
        return self();
    }

private:
    using link = detail::link;
    Self& self() noexcept { return static_cast<Self&>(*this); }
};

} // namespace lightdash::sql
