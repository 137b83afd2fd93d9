// union, intersect and except of whole queries.
#pragma once

#include "lightdash/sql/ordering.hpp"
#include "lightdash/sql/raw.hpp"
#include "lightdash/sql/with_clauses.hpp"

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace lightdash::sql {

// From the left to the right, as the calls stand: a.union_with(b).intersect(c) is (a union b) intersect c. A branch
// with an order, a page, locks or a with of its own is put in parentheses.
class set_operation : public expression, public executable<set_operation>, public with_clauses<set_operation> {
public:
    explicit set_operation(const expression& first);

    template <class... Queries>
    set_operation& union_with(const Queries&... others)
    {
        return add(" union ", {&static_cast<const expression&>(others)...});
    }
    template <class... Queries>
    set_operation& union_all(const Queries&... others)
    {
        return add(" union all ", {&static_cast<const expression&>(others)...});
    }
    template <class... Queries>
    set_operation& intersect(const Queries&... others)
    {
        return add(" intersect ", {&static_cast<const expression&>(others)...});
    }
    template <class... Queries>
    set_operation& intersect_all(const Queries&... others)
    {
        return add(" intersect all ", {&static_cast<const expression&>(others)...});
    }
    template <class... Queries>
    set_operation& except(const Queries&... others)
    {
        return add(" except ", {&static_cast<const expression&>(others)...});
    }
    template <class... Queries>
    set_operation& except_all(const Queries&... others)
    {
        return add(" except all ", {&static_cast<const expression&>(others)...});
    }
    // Parentheses around every branch, needed or not.
    set_operation& parenthesized();

    // Of the whole. Columns by their names in the first branch; expressions only in raw text of positions.
    set_operation& order_by(const reference& column, direction way = asc, nulls where = nulls::as_usual);
    set_operation& order_by(const raw& text);
    set_operation& order_by_raw(const raw& text) { return order_by(text); } // Knex's name
    set_operation& limit(std::int64_t rows);
    set_operation& limit(const expression& rows);
    set_operation& offset(std::int64_t rows);
    set_operation& offset(const expression& rows);

private:
    set_operation& add(std::string_view word, std::initializer_list<const expression*> others);
};

} // namespace lightdash::sql
