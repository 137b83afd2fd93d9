#include "sql/tree/clauses.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/sql/assignments.hpp"
#include "lightdash/sql/identifier.hpp"
#include "lightdash/sql/prepared.hpp"
#include "lightdash/sql/returning_clause.hpp"
#include "lightdash/sql/with_clauses.hpp"

#include <fmt/format.h>

namespace lightdash::sql {
namespace detail {

node_id fresh_clause(tree& of, clause_id which)
{
    const auto made = own_clause(of, which);
    of.clear(made);
    return made;
}

std::uint8_t order_flags_of(direction way, nulls where) noexcept
{
    std::uint8_t flags = way == direction::asc ? order_asc : order_desc;
    if (where == nulls::first)
        flags |= nulls_first;
    if (where == nulls::last)
        flags |= nulls_last;
    return flags;
}

void add_order(tree& to, node_id list, const reference& column, std::uint8_t flags)
{
    const auto name = to.add_reference(column);
    const auto order = to.add(kind::order, flags);
    to.append(order, name);
    to.append(list, order);
}

void set_count(fragment& to, clause_id which, std::int64_t rows)
{
    if (rows < 0)
        throw error{error_kind::internal, fmt::format("{}({}): a number of rows cannot be negative.",
                                                      which == clause_id::limit ? "limit" : "offset", rows)};
    auto& tree = access::edit(to);
    const auto clause = fresh_clause(tree, which);
    tree.append(clause, tree.add_operand(rows));
}

void set_count(fragment& to, clause_id which, const expression& rows)
{
    auto& tree = access::edit(to);
    const auto clause = fresh_clause(tree, which);
    tree.append(clause, tree.splice(access::read(rows)));
}

void set_schema(fragment& to, std::string_view schema)
{
    auto& tree = access::edit(to);
    const auto clause = fresh_clause(tree, clause_id::schema);
    tree.append(clause, tree.add_name(schema));
}

void set_sources(fragment& to, clause_id which, std::initializer_list<reference> tables)
{
    auto& tree = access::edit(to);
    const auto clause = fresh_clause(tree, which);
    tree.append_all(clause, tables, &tree::add_source);
}

void add_assignment(tree& to, node_id list, const reference& column, const operand& value)
{
    const auto name = to.add_reference(column);
    const auto what = to.add_operand(value, true);
    for (auto id = to.at(list).first; id != none; id = to.at(id).next) {
        if (to.text(to.at(to.at(id).first)) != to.text(to.at(name)))
            continue;
        if (to.at(id).flags != assignment_of_struct)
            throw error{error_kind::internal, fmt::format("The column {} is set twice.", to.text(to.at(name)))};
        to.at(id).flags = 0;
        to.clear(id);
        to.append(id, name);
        to.append(id, what);
        return;
    }
    const auto made = to.add(kind::assignment);
    to.append(made, name);
    to.append(made, what);
    to.append(list, made);
}

namespace {

node_id open(tree& to, const source& value)
{
    const auto made = to.add(kind::open, value.name);
    to.at(made).number = static_cast<std::uint32_t>(value.type);
    return made;
}

void add_member(tree& to, node_id list, std::string_view column, node_id value)
{
    const auto name = to.add_alias(column);
    for (auto id = to.at(list).first; id != none; id = to.at(id).next)
        if (to.text(to.at(to.at(id).first)) == to.text(to.at(name)))
            throw error{error_kind::internal, fmt::format("The column \"{}\" is set twice.", column)};
    const auto made = to.add(kind::assignment, assignment_of_struct);
    to.append(made, name);
    to.append(made, value);
    to.append(list, made);
}

} // namespace

void add_values(tree& to, node_id list, const sources& members)
{
    for (const auto& member : members)
        if (member.when_absent != absence::telling)
            add_member(to, list, member.name, open(to, member));
}

void add_changes(tree& to, node_id list, const sources& members, std::string_view table)
{
    for (auto member = members.begin(); member != members.end(); ++member) {
        const auto as_it_is = [&] {
            return to.add_name(table.empty() ? member->name : fmt::format("{}.{}", table, member->name));
        };
        switch (member->when_absent) {
        case absence::none:
            add_member(to, list, member->name, open(to, *member));
            break;
        case absence::empty: {
            const auto begin = to.add_text("coalesce(");
            const auto value = open(to, *member);
            const auto comma = to.add_text(", ");
            const auto kept = as_it_is();
            add_member(to, list, member->name, to.add_sequence({begin, value, comma, kept, to.add_text(")")}));
            break;
        }
        case absence::told: {
            const auto begin = to.add_text("case when ");
            const auto given = open(to, *(member + 1));
            const auto then = to.add_text(" then ");
            const auto value = open(to, *member);
            const auto other = to.add_text(" else ");
            const auto kept = as_it_is();
            add_member(to, list, member->name,
                       to.add_sequence({begin, given, then, value, other, kept, to.add_text(" end")}));
            break;
        }
        case absence::telling:
            break;
        }
    }
}

void add_assignments(tree& to, node_id list, const fragment& from)
{
    to.append_children(list, to.splice(access::read(from)));
}

void add_with(fragment& to, cte form, std::string_view name, std::initializer_list<std::string_view> columns,
              const fragment& rows)
{
    const auto& given = access::read(rows);
    const auto& root = given.at(given.root);
    if (root.what == kind::conditions)
        throw error{error_kind::internal, fmt::format("with(\"{}\"): conditions alone are no query.", name)};
    if (form != cte::unread && root.what >= kind::insert && given.find(given.root, clause_id::returning) == none)
        throw error{error_kind::internal,
                    fmt::format("with(\"{}\"): the statement returns no rows: add returning(…).", name)};
    std::string head;
    append_identifier(head, name);
    for (const auto& column : columns) {
        head += &column == columns.begin() ? "(" : ", ";
        append_identifier(head, column);
    }
    if (columns.size() != 0)
        head += ')';
    auto& tree = access::edit(to);
    const auto list = own_clause(tree, clause_id::with);
    const auto made = tree.add(kind::cte, head, static_cast<std::uint8_t>(form));
    tree.append(made, tree.splice(access::read(rows)));
    tree.append(list, made);
}

void add_returning(fragment& to, std::initializer_list<reference> columns)
{
    auto& tree = access::edit(to);
    tree.append_all(own_clause(tree, clause_id::returning), columns, &tree::add_aliased);
}

void add_comment(fragment& to, std::string_view text)
{
    if (text.find("*/") != std::string_view::npos || text.find("/*") != std::string_view::npos)
        throw error{error_kind::internal, "comment(): the text would begin or end a comment."};
    if (text.find('\0') != std::string_view::npos)
        throw error{error_kind::internal, "comment(): the text holds a NUL byte."};
    auto& tree = access::edit(to);
    const auto list = own_clause(tree, clause_id::comment);
    tree.append(list, tree.add_text(text));
}

} // namespace detail

assignments::assignments() : fragment(detail::new_tree(detail::kind::list)) {}

assignments& assignments::set(const reference& column, const operand& value)
{
    auto& tree = detail::access::edit(*this);
    detail::add_assignment(tree, tree.root, column, value);
    return *this;
}

} // namespace lightdash::sql
