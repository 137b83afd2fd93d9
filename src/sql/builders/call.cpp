#include "lightdash/sql/call.hpp"

#include "lightdash/core/error.hpp"
#include "sql/tree/clauses.hpp"

namespace lightdash::sql {

using detail::access;
using detail::clause_id;
using detail::kind;
using detail::new_tree;
using detail::node_id;
using detail::own_clause;

namespace {

// The root is a sequence: the call itself, then what follows its parentheses.
std::shared_ptr<detail::tree> call_of(std::string_view function)
{
    auto made = new_tree(kind::sequence);
    const auto call = made->add(kind::call, function);
    made->append(call, made->add(kind::list));
    made->append(call, made->add(kind::list));
    made->append(made->root, call);
    return made;
}

node_id arguments_of(const detail::tree& of)
{
    return of.at(of.at(of.root).first).first;
}

} // namespace

call call::build(std::string_view function, std::initializer_list<operand> args)
{
    auto made = call_of(function);
    for (const auto& arg : args)
        made->append(arguments_of(*made), made->add_operand(arg, true));
    return call{std::move(made)};
}

call aggregate(std::string_view function, std::initializer_list<reference> columns)
{
    auto made = call_of(function);
    made->append_all(arguments_of(*made), columns, &detail::tree::add_reference);
    return call{std::move(made)};
}

call& call::distinct()
{
    auto& tree = access::edit(*this);
    tree.at(tree.at(tree.root).first).flags |= detail::call_distinct;
    return *this;
}

call& call::order_by(const reference& column)
{
    auto& tree = access::edit(*this);
    detail::add_order(tree, tree.at(arguments_of(tree)).next, column, 0);
    return *this;
}

call& call::order_by(const reference& column, direction way, nulls where)
{
    auto& tree = access::edit(*this);
    detail::add_order(tree, tree.at(arguments_of(tree)).next, column, detail::order_flags_of(way, where));
    return *this;
}

namespace {

void follow(fragment& call, std::string_view before, const fragment& part, std::string_view after)
{
    auto& tree = access::edit(call);
    tree.append(tree.root, tree.add_text(before));
    tree.append(tree.root, tree.splice(access::read(part)));
    tree.append(tree.root, tree.add_text(after));
}

void follow_with_order(fragment& call, const reference& order, std::uint8_t flags)
{
    auto& tree = access::edit(call);
    tree.append(tree.root, tree.add_text(" within group (order by "));
    detail::add_order(tree, tree.root, order, flags);
    tree.append(tree.root, tree.add_text(")"));
}

} // namespace

call& call::filter(const condition& which)
{
    if (const auto& given = access::read(which); given.at(given.root).first == detail::none)
        throw error{error_kind::internal, "filter(): the condition is empty."};
    follow(*this, " filter (where ", which, ")");
    return *this;
}

call& call::within_group(const reference& order)
{
    follow_with_order(*this, order, 0);
    return *this;
}

call& call::within_group(const reference& order, direction way, nulls where)
{
    follow_with_order(*this, order, detail::order_flags_of(way, where));
    return *this;
}

call& call::over()
{
    return over(window{});
}

call& call::over(const window& rows)
{
    follow(*this, " over ", rows, "");
    return *this;
}

call& call::over(std::string_view named_window)
{
    auto& tree = access::edit(*this);
    tree.append(tree.root, tree.add_text(" over "));
    tree.append(tree.root, tree.add_alias(named_window));
    return *this;
}

window::window() : fragment(new_tree(kind::window)) {}

window::window(std::string_view base) : window()
{
    auto& tree = access::edit(*this);
    const auto clause = own_clause(tree, clause_id::base);
    tree.append(clause, tree.add_alias(base));
}

window& window::add_partition(std::initializer_list<reference> columns)
{
    auto& tree = access::edit(*this);
    tree.append_all(own_clause(tree, clause_id::partition), columns, &detail::tree::add_reference);
    return *this;
}

window& window::order_by(const reference& column)
{
    auto& tree = access::edit(*this);
    detail::add_order(tree, own_clause(tree, clause_id::order), column, 0);
    return *this;
}

window& window::order_by(const reference& column, direction way, nulls where)
{
    auto& tree = access::edit(*this);
    detail::add_order(tree, own_clause(tree, clause_id::order), column, detail::order_flags_of(way, where));
    return *this;
}

window& window::rows(frame_bound from, frame_bound to, frame_exclusion without)
{
    return set_frame("rows", from, to, without);
}

window& window::groups(frame_bound from, frame_bound to, frame_exclusion without)
{
    return set_frame("groups", from, to, without);
}

window& window::range(frame_bound from, frame_bound to, frame_exclusion without)
{
    return set_frame("range", from, to, without);
}

namespace {

void append_bound(std::string& out, frame_bound bound)
{
    if (bound.distance < 0)
        throw error{error_kind::internal,
                    "A window's frame bound has a negative distance: use preceding or following."};
    switch (bound.what) {
    case frame_bound::form::unbounded_preceding:
        out += "unbounded preceding";
        return;
    case frame_bound::form::preceding:
        out += std::to_string(bound.distance) + " preceding";
        return;
    case frame_bound::form::current_row:
        out += "current row";
        return;
    case frame_bound::form::following:
        out += std::to_string(bound.distance) + " following";
        return;
    case frame_bound::form::unbounded_following:
        out += "unbounded following";
        return;
    }
}

} // namespace

window& window::set_frame(std::string_view unit, frame_bound from, frame_bound to, frame_exclusion without)
{
    if (from.what > to.what || from.what == frame_bound::form::unbounded_following ||
        to.what == frame_bound::form::unbounded_preceding)
        throw error{error_kind::internal, "A window's frame ends before it begins."};
    static constexpr std::string_view exclusions[] = {"", " exclude current row", " exclude group", " exclude ties"};
    std::string text{unit};
    text += " between ";
    append_bound(text, from);
    text += " and ";
    append_bound(text, to);
    text += exclusions[static_cast<std::size_t>(without)];
    auto& tree = access::edit(*this);
    const auto clause = detail::fresh_clause(tree, clause_id::frame);
    tree.append(clause, tree.add_text(text));
    return *this;
}

} // namespace lightdash::sql
