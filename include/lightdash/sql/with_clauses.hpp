// Common table expressions: before select, insert, update, remove and merge.
#pragma once

#include "lightdash/sql/expression.hpp"

#include <initializer_list>
#include <string_view>

namespace lightdash::sql {

// A statement that changes rows. In with() it must return some; with_unread() takes one that does not.
class modification : public fragment {
protected:
    using fragment::fragment;
};

namespace detail {
enum class cte : unsigned char { plain, materialized, not_materialized, recursive, unread };
void add_with(fragment& to, cte form, std::string_view name, std::initializer_list<std::string_view> columns,
              const fragment& rows);
} // namespace detail

// `rows` is a query, SQL text, or a modification with returning. One recursive one makes the whole clause recursive.
template <class Self>
class with_clauses {
public:
    using column_list = std::initializer_list<std::string_view>;

    Self& with(std::string_view name, const expression& rows) { return add(detail::cte::plain, name, {}, rows); }
    Self& with(std::string_view name, column_list columns, const expression& rows)
    {
        return add(detail::cte::plain, name, columns, rows);
    }
    Self& with(std::string_view name, const modification& rows) { return add(detail::cte::plain, name, {}, rows); }
    Self& with(std::string_view name, column_list columns, const modification& rows)
    {
        return add(detail::cte::plain, name, columns, rows);
    }
    // A change whose rows nobody reads: it returns none.
    Self& with_unread(std::string_view name, const modification& change)
    {
        return add(detail::cte::unread, name, {}, change);
    }
    Self& with_materialized(std::string_view name, const expression& rows)
    {
        return add(detail::cte::materialized, name, {}, rows);
    }
    Self& with_materialized(std::string_view name, column_list columns, const expression& rows)
    {
        return add(detail::cte::materialized, name, columns, rows);
    }
    Self& with_not_materialized(std::string_view name, const expression& rows)
    {
        return add(detail::cte::not_materialized, name, {}, rows);
    }
    Self& with_not_materialized(std::string_view name, column_list columns, const expression& rows)
    {
        return add(detail::cte::not_materialized, name, columns, rows);
    }
    Self& with_recursive(std::string_view name, const expression& rows)
    {
        return add(detail::cte::recursive, name, {}, rows);
    }
    Self& with_recursive(std::string_view name, column_list columns, const expression& rows)
    {
        return add(detail::cte::recursive, name, columns, rows);
    }

private:
    Self& add(detail::cte form, std::string_view name, column_list columns, const fragment& rows)
    {
        auto& self = static_cast<Self&>(*this);
        detail::add_with(self, form, name, columns, rows);
        return self;
    }
};

} // namespace lightdash::sql
