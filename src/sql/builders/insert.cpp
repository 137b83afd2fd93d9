// The builders of insert and of what it does about conflicts: they only put nodes into the tree.
#include "lightdash/sql/insert.hpp"

#include "lightdash/core/error.hpp"
#include "sql/tree/clauses.hpp"

#include <fmt/format.h>

namespace lightdash::sql {

using detail::access;
using detail::clause_id;
using detail::kind;
using detail::new_tree;
using detail::node_id;
using detail::none;
using detail::own_clause;

insert::insert(const reference& table) : modification(detail::new_tree(kind::insert))
{
    auto& tree = access::edit(*this);
    tree.append(own_clause(tree, clause_id::table), tree.add_source(table));
}

insert& insert::with_schema(std::string_view schema)
{
    detail::set_schema(*this, schema);
    return *this;
}

namespace {

// The only row of set() and values_of().
node_id only_row(detail::tree& tree)
{
    const auto rows = own_clause(tree, clause_id::rows);
    if (tree.at(rows).first == none)
        tree.append(rows, tree.add(kind::sequence));
    if (tree.at(rows).first != tree.at(rows).last || tree.at(tree.at(rows).first).what != kind::sequence)
        throw error{error_kind::internal, "set() is for an insert of one row; several are given by row()."};
    return tree.at(rows).first;
}

} // namespace

insert& insert::set(const reference& column, const operand& value)
{
    auto& tree = access::edit(*this);
    detail::add_assignment(tree, only_row(tree), column, value);
    return *this;
}

insert& insert::set_members(const detail::sources& members)
{
    auto& tree = access::edit(*this);
    detail::add_values(tree, only_row(tree), members);
    return *this;
}

insert& insert::row(const assignments& values)
{
    auto& tree = access::edit(*this);
    const auto rows = own_clause(tree, clause_id::rows);
    const auto row = tree.add(kind::sequence);
    detail::add_assignments(tree, row, values);
    tree.append(rows, row);
    return *this;
}

insert& insert::rows(const std::vector<assignments>& rows)
{
    require_rows(rows.size());
    for (const auto& each : rows)
        row(each);
    return *this;
}

void insert::require_rows(std::size_t count)
{
    if (count == 0)
        throw error{error_kind::internal, "An insert of an empty list of rows: ask before whether there are any."};
}

namespace {

// A member's name, which holds no quotes.
std::string_view unquoted(std::string_view name)
{
    return name.substr(1, name.size() - 2);
}

} // namespace

void insert::begin_row(const std::vector<std::string>& names)
{
    auto& tree = access::edit(*this);
    const auto columns = own_clause(tree, clause_id::columns);
    const auto rows = own_clause(tree, clause_id::rows);
    if (tree.at(columns).first == none)
        for (const auto& name : names)
            tree.append(columns, tree.add_alias(name));
    auto known = tree.at(columns).first;
    for (const auto& name : names) {
        if (known == none || unquoted(tree.text(tree.at(known))) != name)
            throw error{error_kind::internal,
                        fmt::format("The rows of an insert have the same columns: one has another at \"{}\".", name)};
        known = tree.at(known).next;
    }
    tree.append(rows, tree.add(kind::list));
}

void insert::add_value(const operand& value)
{
    auto& tree = access::edit(*this);
    const auto row = tree.at(tree.find(tree.root, clause_id::rows)).last;
    tree.append(row, tree.add_operand(value, true));
}

insert& insert::default_values()
{
    own_clause(access::edit(*this), clause_id::defaults);
    return *this;
}

insert& insert::add_columns(std::initializer_list<reference> columns)
{
    auto& tree = access::edit(*this);
    tree.append_all(own_clause(tree, clause_id::columns), columns, &detail::tree::add_reference);
    return *this;
}

insert& insert::add_values(std::initializer_list<operand> values)
{
    auto& tree = access::edit(*this);
    const auto rows = own_clause(tree, clause_id::rows);
    const auto row = tree.add(kind::list);
    for (const auto& value : values)
        tree.append(row, tree.add_operand(value, true));
    tree.append(rows, row);
    return *this;
}

insert& insert::from(const expression& rows)
{
    auto& tree = access::edit(*this);
    const auto clause = detail::fresh_clause(tree, clause_id::source);
    tree.append(clause, tree.splice(access::read(rows)));
    return *this;
}

insert& insert::unnest(const reference& column, const expression& array)
{
    auto& tree = access::edit(*this);
    detail::add_assignment(tree, own_clause(tree, clause_id::arrays), column, array);
    return *this;
}

insert& insert::add_array(const reference& column, const operand& array, std::size_t length)
{
    auto& tree = access::edit(*this);
    const auto clause = own_clause(tree, clause_id::arrays);
    auto& known = tree.at(clause).number; // the arrays' length, plus one
    if (known != 0 && known != length + 1)
        throw error{error_kind::internal,
                    fmt::format("unnest(): the arrays have {} and {} elements. PostgreSQL would fill "
                                "the shorter one with NULL.",
                                known - 1, length)};
    known = static_cast<std::uint32_t>(length + 1);
    detail::add_assignment(tree, clause, column, array);
    return *this;
}

insert& insert::on_conflict(const conflict_action& action)
{
    auto& tree = access::edit(*this);
    const auto clause = detail::fresh_clause(tree, clause_id::conflict);
    tree.append(clause, tree.splice(access::read(action)));
    return *this;
}

insert& insert::clear(clause which)
{
    auto& tree = access::edit(*this);
    switch (which) {
    case clause::with:
        tree.drop(clause_id::with);
        break;
    case clause::rows:
        for (const auto each :
             {clause_id::rows, clause_id::columns, clause_id::source, clause_id::arrays, clause_id::defaults})
            tree.drop(each);
        break;
    case clause::returning:
        tree.drop(clause_id::returning);
        break;
    case clause::on_conflict:
        tree.drop(clause_id::conflict);
        break;
    case clause::comment:
        tree.drop(clause_id::comment);
        break;
    }
    return *this;
}

conflict conflict::of(std::initializer_list<reference> target)
{
    auto made = new_tree(kind::conflict);
    made->append_all(own_clause(*made, clause_id::target), target, &detail::tree::add_reference);
    return conflict{std::move(made)};
}

conflict conflict::constraint(std::string_view name)
{
    auto made = new_tree(kind::conflict);
    made->at(made->root).flags = detail::conflict_constraint;
    const auto target = own_clause(*made, clause_id::target);
    made->append(target, made->add_alias(name));
    return conflict{std::move(made)};
}

conflict_action conflict::ignore_any()
{
    auto made = new_tree(kind::conflict);
    made->at(made->root).flags = detail::conflict_ignore;
    return conflict_action{std::move(made)};
}

conflict& conflict::where(const condition& index_predicate)
{
    auto& tree = access::edit(*this);
    const auto given = tree.splice(access::read(index_predicate));
    const auto clause = detail::fresh_clause(tree, clause_id::predicate);
    tree.at(clause).first = tree.at(given).first;
    tree.at(clause).last = tree.at(given).last;
    return *this;
}

conflict_action conflict::ignore() const
{
    auto made = std::make_shared<detail::tree>(access::read(*this));
    made->at(made->root).flags |= detail::conflict_ignore;
    return conflict_action{std::move(made)};
}

conflict_update conflict::merge_columns(std::initializer_list<reference> columns) const
{
    auto made = std::make_shared<detail::tree>(access::read(*this));
    if (columns.size() != 0)
        made->append_all(own_clause(*made, clause_id::columns), columns, &detail::tree::add_reference);
    return conflict_update{std::move(made)};
}

conflict_update conflict::merge(const assignments& changes) const
{
    auto made = std::make_shared<detail::tree>(access::read(*this));
    detail::add_assignments(*made, own_clause(*made, clause_id::set), changes);
    return conflict_update{std::move(made)};
}

} // namespace lightdash::sql
