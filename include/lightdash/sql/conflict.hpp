// on conflict: what an insert does with a row that is there already.
#pragma once

#include "lightdash/sql/assignments.hpp"
#include "lightdash/sql/condition.hpp"

#include <initializer_list>
#include <string_view>

namespace lightdash::sql {

// do nothing, or do update
class conflict_action : public fragment {
protected:
    using fragment::fragment;
    friend class conflict;
};

// do update, of the rows that where(…) picks. In its conditions the present row is "table.column", the new one
// "excluded.column".
class conflict_update : public conflict_action, public where_clauses<conflict_update> {
private:
    using conflict_action::conflict_action;
    friend class conflict;
};

// conflict("email").merge("name"), conflict("a", "b").ignore(), conflict::constraint("users_pkey").merge(),
// conflict(raw("(lower(email))")).ignore().
class conflict : public fragment {
public:
    template <class First, class... Rest>
    explicit conflict(const First& first, const Rest&... rest) : conflict(of({first, rest...}))
    {}
    static conflict constraint(std::string_view name);
    // Any conflict: it can only be ignored.
    static conflict_action ignore_any();

    // The predicate of a partial unique index: `on conflict ("email") where …`.
    conflict& where(const condition& index_predicate);

    conflict_action ignore() const;
    // Every column of the insert is set to the new value, or those that are named.
    template <class... Columns>
    conflict_update merge(const Columns&... columns) const
    {
        return merge_columns({columns...});
    }
    conflict_update merge(const assignments& changes) const;

private:
    using fragment::fragment;
    static conflict of(std::initializer_list<reference> target);
    conflict_update merge_columns(std::initializer_list<reference> columns) const;
};

} // namespace lightdash::sql
