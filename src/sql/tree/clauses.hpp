// Steps that several builders have.
#pragma once

#include "lightdash/sql/ordering.hpp"
#include "sql/tree/tree.hpp"

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace lightdash::sql::detail {

// A builder's own clause, made when needed.
inline node_id own_clause(tree& of, clause_id which)
{
    return of.clause(of.root, which);
}

// Replaces what the clause held.
node_id fresh_clause(tree& of, clause_id which);

void add_order(tree& to, node_id list, const reference& column, std::uint8_t flags);
std::uint8_t order_flags_of(direction way, nulls where) noexcept;
void set_count(fragment& to, clause_id which, std::int64_t rows);
void set_count(fragment& to, clause_id which, const expression& rows);
void set_schema(fragment& to, std::string_view schema);
void set_sources(fragment& to, clause_id which, std::initializer_list<reference> tables);
void add_assignment(tree& to, node_id list, const reference& column, const operand& value);
// The members of a struct as open parameters, for set() to replace; changes leave out what is absent.
void add_values(tree& to, node_id list, const sources& members);
void add_changes(tree& to, node_id list, const sources& members, std::string_view table);
// The assignments of another fragment, appended to the clause.
void add_assignments(tree& to, node_id list, const fragment& from);

} // namespace lightdash::sql::detail
