// The joins of a select.
#pragma once

#include "lightdash/sql/join_on.hpp"
#include "lightdash/sql/raw.hpp"

namespace lightdash::sql {

namespace detail {

enum class join_kind : unsigned char {
    inner,
    left,
    left_outer,
    right,
    right_outer,
    full_outer,
    cross,
    natural,
    inner_lateral,
    left_lateral,
    cross_lateral,
    raw
};
void add_join(fragment& to, join_kind how, const reference& table, const join_on* on);

} // namespace detail

// (table, a, b), (table, a, op, b), (table, on(…).where(…)), (table, using_columns("a")), (table, raw("…")).
template <class Self>
class join_clauses {
    using kind = detail::join_kind;
    using name = const reference&;

public:
    Self& join(name table, const join_on& on) { return add(kind::inner, table, &on); }
    Self& join(name table, name a, name b) { return join(table, on(a, b)); }
    Self& join(name table, name a, comparison op, name b) { return join(table, on(a, op, b)); }

    Self& inner_join(name table, const join_on& on) { return add(kind::inner, table, &on); }
    Self& inner_join(name table, name a, name b) { return inner_join(table, on(a, b)); }
    Self& inner_join(name table, name a, comparison op, name b) { return inner_join(table, on(a, op, b)); }

    Self& left_join(name table, const join_on& on) { return add(kind::left, table, &on); }
    Self& left_join(name table, name a, name b) { return left_join(table, on(a, b)); }
    Self& left_join(name table, name a, comparison op, name b) { return left_join(table, on(a, op, b)); }

    Self& left_outer_join(name table, const join_on& on) { return add(kind::left_outer, table, &on); }
    Self& left_outer_join(name table, name a, name b) { return left_outer_join(table, on(a, b)); }
    Self& left_outer_join(name table, name a, comparison op, name b) { return left_outer_join(table, on(a, op, b)); }

    Self& right_join(name table, const join_on& on) { return add(kind::right, table, &on); }
    Self& right_join(name table, name a, name b) { return right_join(table, on(a, b)); }
    Self& right_join(name table, name a, comparison op, name b) { return right_join(table, on(a, op, b)); }

    Self& right_outer_join(name table, const join_on& on) { return add(kind::right_outer, table, &on); }
    Self& right_outer_join(name table, name a, name b) { return right_outer_join(table, on(a, b)); }
    Self& right_outer_join(name table, name a, comparison op, name b) { return right_outer_join(table, on(a, op, b)); }

    Self& full_outer_join(name table, const join_on& on) { return add(kind::full_outer, table, &on); }
    Self& full_outer_join(name table, name a, name b) { return full_outer_join(table, on(a, b)); }
    Self& full_outer_join(name table, name a, comparison op, name b) { return full_outer_join(table, on(a, op, b)); }

    Self& cross_join(name table) { return add(kind::cross, table, nullptr); }
    Self& natural_join(name table) { return add(kind::natural, table, nullptr); }
    Self& join_raw(const raw& text) { return add(kind::raw, text, nullptr); }

    // The subquery sees the tables before it. Without a condition every row of it belongs: `on true`.
    Self& join_lateral(const expression& rows) { return add(kind::inner_lateral, rows, nullptr); }
    Self& join_lateral(const expression& rows, const join_on& on) { return add(kind::inner_lateral, rows, &on); }
    Self& left_join_lateral(const expression& rows) { return add(kind::left_lateral, rows, nullptr); }
    Self& left_join_lateral(const expression& rows, const join_on& on) { return add(kind::left_lateral, rows, &on); }
    Self& cross_join_lateral(const expression& rows) { return add(kind::cross_lateral, rows, nullptr); }

private:
    Self& add(kind how, name table, const join_on* on)
    {
        auto& self = static_cast<Self&>(*this);
        detail::add_join(self, how, table, on);
        return self;
    }
};

} // namespace lightdash::sql
