// merge: rows of a source are matched with those of a table, and what happens depends on whether one is there. Needs
// PostgreSQL 15.
#pragma once

#include "lightdash/sql/assignments.hpp"
#include "lightdash/sql/condition.hpp"
#include "lightdash/sql/join_on.hpp"
#include "lightdash/sql/raw.hpp"
#include "lightdash/sql/with_clauses.hpp"

namespace lightdash::sql {

// The first branch whose condition holds is taken. Throws error_kind::internal when compiled without a source or
// branch.
class merge : public modification, public executable<merge>, public with_clauses<merge> {
public:
    explicit merge(const reference& into); // "accounts as a"
    merge& using_rows(const reference& source, const join_on& on);
    merge& with_schema(std::string_view schema); // of the tables that name none

    merge& when_matched_update(const assignments& changes);
    merge& when_matched_update(const condition& only_if, const assignments& changes);
    merge& when_matched_remove();
    merge& when_matched_remove(const condition& only_if);
    merge& when_matched_ignore();
    merge& when_matched_ignore(const condition& only_if);
    merge& when_not_matched_insert(const assignments& values);
    merge& when_not_matched_insert(const condition& only_if, const assignments& values);
    merge& when_not_matched_ignore();
    merge& when_not_matched_ignore(const condition& only_if);

private:
    enum class action : unsigned char { update, insert, remove, ignore };
    merge& when(bool matched, const condition* only_if, action what, const assignments* values);
};

} // namespace lightdash::sql
