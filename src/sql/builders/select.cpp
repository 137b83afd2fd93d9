#include "lightdash/sql/select.hpp"

#include "lightdash/core/error.hpp"
#include "sql/text/name.hpp"
#include "sql/tree/clauses.hpp"

#include <fmt/format.h>

namespace lightdash::sql {

using detail::access;
using detail::clause_id;
using detail::node_id;
using detail::own_clause;

namespace detail {

void add_join(fragment& to, join_kind how, const reference& table, const join_on* on)
{
    static constexpr std::string_view words[] = {
        " inner join ",         " left join ",         " left outer join ",    " right join ",
        " right outer join ",   " full outer join ",   " cross join ",         " natural join ",
        " inner join lateral ", " left join lateral ", " cross join lateral ", " ",
    };
    auto& tree = access::edit(to);
    const auto join = tree.add(kind::join, words[static_cast<std::size_t>(how)]);
    tree.append(join, tree.add_source(table));
    if (on != nullptr) {
        const auto condition = tree.splice(access::read(*on));
        const bool comparing = tree.at(condition).what == kind::conditions;
        if (comparing && tree.at(condition).first == none)
            throw error{error_kind::internal, "A join has no condition: give it one, or use cross_join()."};
        tree.append(join, tree.add_text(comparing ? " on " : " "));
        tree.append(join, condition);
    } else if (how == join_kind::inner_lateral || how == join_kind::left_lateral) {
        tree.append(join, tree.add_text(" on true"));
    }
    tree.append(own_clause(tree, clause_id::join), join);
}

} // namespace detail

select::select() : expression(detail::new_tree(detail::kind::select)) {}

select& select::columns(const std::vector<std::string>& names)
{
    auto& tree = access::edit(*this);
    const auto list = own_clause(tree, clause_id::columns);
    for (const auto& name : names)
        tree.append(list, tree.add_name_with_alias(name));
    return *this;
}

select& select::add_columns(std::initializer_list<reference> columns)
{
    if (columns.size() != 0) {
        auto& tree = access::edit(*this);
        tree.append_all(own_clause(tree, clause_id::columns), columns, &detail::tree::add_aliased);
    }
    return *this;
}

select& select::set_distinct()
{
    own_clause(access::edit(*this), clause_id::distinct);
    return *this;
}

select& select::add_distinct_on(std::initializer_list<reference> columns)
{
    auto& tree = access::edit(*this);
    tree.append_all(own_clause(tree, clause_id::distinct_on), columns, &detail::tree::add_reference);
    return *this;
}

select& select::set_from(std::initializer_list<reference> tables)
{
    detail::set_sources(*this, clause_id::from, tables);
    return *this;
}

select& select::with_schema(std::string_view schema)
{
    detail::set_schema(*this, schema);
    return *this;
}

select& select::add_groups(std::initializer_list<reference> columns)
{
    auto& tree = access::edit(*this);
    tree.append_all(own_clause(tree, clause_id::group), columns, &detail::tree::add_reference);
    return *this;
}

select& select::window(std::string_view name, const sql::window& rows)
{
    auto& tree = access::edit(*this);
    const auto list = own_clause(tree, clause_id::window);
    const auto quoted = tree.add_name(name);
    const auto as = tree.add_text(" as ");
    tree.append(list, tree.add_sequence({quoted, as, tree.splice(access::read(rows))}));
    return *this;
}

select& select::order_by(const reference& column, direction way, nulls where)
{
    auto& tree = access::edit(*this);
    detail::add_order(tree, own_clause(tree, clause_id::order), column, detail::order_flags_of(way, where));
    return *this;
}

select& select::order_by(const raw& text)
{
    auto& tree = access::edit(*this);
    detail::add_order(tree, own_clause(tree, clause_id::order), text, 0);
    return *this;
}

select& select::limit(std::int64_t rows)
{
    detail::set_count(*this, clause_id::limit, rows);
    return *this;
}

select& select::limit(const expression& rows)
{
    detail::set_count(*this, clause_id::limit, rows);
    return *this;
}

select& select::offset(std::int64_t rows)
{
    detail::set_count(*this, clause_id::offset, rows);
    return *this;
}

select& select::offset(const expression& rows)
{
    detail::set_count(*this, clause_id::offset, rows);
    return *this;
}

select& select::set_after(std::initializer_list<operand> values)
{
    auto& tree = access::edit(*this);
    const auto list = detail::fresh_clause(tree, clause_id::after);
    for (const auto& value : values)
        tree.append(list, tree.add_operand(value));
    return *this;
}

select& select::add_aggregate(std::string_view function, const reference& column, bool distinct)
{
    auto& tree = access::edit(*this);
    const auto list = own_clause(tree, clause_id::columns);
    const auto begin = tree.add_text(function, distinct ? "(distinct " : "(", "");
    const auto alias = column.piece() == nullptr ? detail::find_alias(column.name()) : std::string_view::npos;
    if (alias == std::string_view::npos) {
        const auto name = tree.add_reference(column);
        tree.append(list, tree.add_sequence({begin, name, tree.add_text(")")}));
        return *this;
    }
    const auto name = tree.add_name(column.name().substr(0, alias));
    const auto as = tree.add_text(") as ");
    tree.append(list, tree.add_sequence({begin, name, as, tree.add_alias(column.name().substr(alias + 4))}));
    return *this;
}

select& select::add_lock(std::string_view strength, std::initializer_list<reference> tables)
{
    auto& tree = access::edit(*this);
    const auto lock = tree.add(detail::kind::lock, strength);
    const auto names = tree.add(detail::kind::list);
    tree.append_all(names, tables, &detail::tree::add_reference);
    tree.append(lock, names);
    tree.append(own_clause(tree, clause_id::lock), lock);
    return *this;
}

namespace {

void set_wait(detail::tree& tree, std::uint8_t mode, std::string_view name)
{
    const auto clause = tree.find(tree.root, clause_id::lock);
    if (clause == detail::none)
        throw error{error_kind::internal,
                    fmt::format("{}() belongs to a lock: call for_update() or another first.", name)};
    auto& lock = tree.at(tree.at(clause).last);
    if ((lock.flags | mode) == (detail::lock_skip | detail::lock_no_wait))
        throw error{error_kind::internal, "skip_locked() and no_wait() exclude each other."};
    lock.flags |= mode;
}

} // namespace

select& select::skip_locked()
{
    set_wait(access::edit(*this), detail::lock_skip, "skip_locked");
    return *this;
}

select& select::no_wait()
{
    set_wait(access::edit(*this), detail::lock_no_wait, "no_wait");
    return *this;
}

select& select::clear(clause which)
{
    static constexpr clause_id clauses[] = {
        clause_id::with,  clause_id::columns, clause_id::distinct, clause_id::from,   clause_id::join,
        clause_id::where, clause_id::group,   clause_id::having,   clause_id::window, clause_id::order,
        clause_id::limit, clause_id::offset,  clause_id::after,    clause_id::lock,   clause_id::comment,
    };
    auto& tree = access::edit(*this);
    tree.drop(clauses[static_cast<std::size_t>(which)]);
    if (which == clause::distinct)
        tree.drop(clause_id::distinct_on);
    return *this;
}

} // namespace lightdash::sql
