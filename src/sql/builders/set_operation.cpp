#include "lightdash/sql/set_operation.hpp"

#include "lightdash/core/error.hpp"
#include "sql/tree/clauses.hpp"

namespace lightdash::sql {

using detail::access;
using detail::clause_id;
using detail::kind;
using detail::own_clause;

namespace {

void add_branch(detail::tree& to, std::string_view word, const fragment& query)
{
    const auto& given = access::read(query);
    if (given.at(given.root).what == kind::conditions)
        throw error{error_kind::internal, "union, intersect and except take queries: conditions alone are none."};
    const auto branch = to.add(kind::branch, word);
    to.append(branch, to.splice(given));
    to.append(own_clause(to, clause_id::branches), branch);
}

// intersect binds stronger than union and except: what stands before it becomes one branch.
void close_before_intersect(detail::tree& tree)
{
    const auto branches = own_clause(tree, clause_id::branches);
    const auto last = tree.at(branches).last;
    const auto word = tree.text(tree.at(last));
    if (word.empty() || word.starts_with(" intersect"))
        return;
    const auto inner = tree.add(kind::set_operation);
    const auto inner_branches = tree.clause(inner, clause_id::branches);
    tree.at(inner_branches).first = tree.at(branches).first;
    tree.at(inner_branches).last = last;
    tree.clear(branches);
    const auto branch = tree.add(kind::branch);
    tree.append(branch, inner);
    tree.append(branches, branch);
}

} // namespace

set_operation::set_operation(const expression& first) : expression(detail::new_tree(kind::set_operation))
{
    add_branch(access::edit(*this), {}, first);
}

set_operation& set_operation::add(std::string_view word, std::initializer_list<const expression*> others)
{
    auto& tree = access::edit(*this);
    for (const auto* other : others) {
        if (word.starts_with(" intersect"))
            close_before_intersect(tree);
        add_branch(tree, word, *other);
    }
    return *this;
}

set_operation& set_operation::parenthesized()
{
    own_clause(access::edit(*this), clause_id::parenthesized);
    return *this;
}

set_operation& set_operation::order_by(const reference& column, direction way, nulls where)
{
    auto& tree = access::edit(*this);
    detail::add_order(tree, own_clause(tree, clause_id::order), column, detail::order_flags_of(way, where));
    return *this;
}

set_operation& set_operation::order_by(const raw& text)
{
    auto& tree = access::edit(*this);
    detail::add_order(tree, own_clause(tree, clause_id::order), text, 0);
    return *this;
}

set_operation& set_operation::limit(std::int64_t rows)
{
    detail::set_count(*this, clause_id::limit, rows);
    return *this;
}

set_operation& set_operation::limit(const expression& rows)
{
    detail::set_count(*this, clause_id::limit, rows);
    return *this;
}

set_operation& set_operation::offset(std::int64_t rows)
{
    detail::set_count(*this, clause_id::offset, rows);
    return *this;
}

set_operation& set_operation::offset(const expression& rows)
{
    detail::set_count(*this, clause_id::offset, rows);
    return *this;
}

} // namespace lightdash::sql
