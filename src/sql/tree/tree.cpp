#include "sql/tree/tree.hpp"

#include "lightdash/core/error.hpp"
#include "sql/text/name.hpp"

namespace lightdash::sql::detail {

tree::tree(kind root_kind)
{
    const bool statement = is_statement(root_kind);
    nodes_.reserve(statement ? 64 : 8);
    texts_.reserve(statement ? 512 : 64);
    root = add(root_kind);
}

node_id tree::add(kind what, std::uint8_t flags)
{
    nodes_.push_back({what, flags});
    return static_cast<node_id>(nodes_.size() - 1);
}

node_id tree::add(kind what, std::string_view text, std::uint8_t flags)
{
    const auto id = add(what, flags);
    nodes_[id].text_at = static_cast<std::uint32_t>(texts_.size());
    nodes_[id].text_size = static_cast<std::uint32_t>(text.size());
    texts_ += text;
    return id;
}

template <class Write>
node_id tree::add_written(kind what, Write write)
{
    const auto before = texts_.size();
    try {
        write(texts_);
    } catch (...) {
        texts_.resize(before);
        throw;
    }
    const auto id = add(what);
    nodes_[id].text_at = static_cast<std::uint32_t>(before);
    nodes_[id].text_size = static_cast<std::uint32_t>(texts_.size() - before);
    return id;
}

void tree::append(node_id parent, node_id child) noexcept
{
    auto& of = nodes_[parent];
    if (of.last == none)
        of.first = child;
    else
        nodes_[of.last].next = child;
    of.last = child;
}

void tree::clear(node_id parent) noexcept
{
    nodes_[parent].first = none;
    nodes_[parent].last = none;
}

node_id tree::splice(const tree& other)
{
    if (&other == this)
        return splice(tree{other});
    const auto first_node = static_cast<node_id>(nodes_.size());
    const auto first_text = static_cast<std::uint32_t>(texts_.size());
    const auto first_value = static_cast<std::uint32_t>(values.values().size());
    if (!other.values.values().empty())
        expect_values();
    for (const auto& value : other.values.values())
        values.add_from(other.values, value);
    texts_ += other.texts_;
    const auto moved = [first_node](node_id id) { return id == none ? none : id + first_node; };
    for (node each : other.nodes_) {
        each.text_at += first_text;
        if (each.what == kind::value)
            each.number += first_value;
        each.first = moved(each.first);
        each.last = moved(each.last);
        each.next = moved(each.next);
        nodes_.push_back(each);
    }
    return other.root + first_node;
}

// Their usual number, once: growing one by one would cost more than the values.
void tree::expect_values()
{
    if (values.values().empty())
        values.reserve(is_statement(nodes_.front().what) ? 8 : 2);
}

std::size_t tree::count(node_id parent) const noexcept
{
    std::size_t count = 0;
    for (auto id = at(parent).first; id != none; id = at(id).next)
        ++count;
    return count;
}

node_id tree::find(node_id statement, clause_id which) const noexcept
{
    for (auto id = at(statement).first; id != none; id = at(id).next)
        if (at(id).flags == static_cast<std::uint8_t>(which))
            return id;
    return none;
}

node_id tree::clause(node_id statement, clause_id which)
{
    if (const auto found = find(statement, which); found != none)
        return found;
    const auto made = add(kind::clause, static_cast<std::uint8_t>(which));
    append(statement, made);
    return made;
}

void tree::drop(clause_id which) noexcept
{
    auto& of = at(root);
    node_id before = none;
    for (auto id = of.first; id != none; before = id, id = at(id).next) {
        if (at(id).flags != static_cast<std::uint8_t>(which))
            continue;
        (before == none ? of.first : at(before).next) = at(id).next;
        if (of.last == id)
            of.last = before;
        return;
    }
}

node_id tree::add_name(std::string_view name)
{
    return add_written(kind::text, [&](std::string& out) { append_name(out, name); });
}

node_id tree::add_name_with_alias(std::string_view name)
{
    return add_written(kind::text, [&](std::string& out) { append_name_with_alias(out, name); });
}

node_id tree::add_alias(std::string_view name)
{
    return add_written(kind::text, [&](std::string& out) { append_alias(out, name); });
}

node_id tree::add_reference(const reference& what)
{
    return what.piece() != nullptr ? splice(access::read(*what.piece())) : add_name(what.name());
}

node_id tree::add_aliased(const reference& what)
{
    return what.piece() != nullptr ? splice(access::read(*what.piece())) : add_name_with_alias(what.name());
}

node_id tree::add_source(const reference& table)
{
    const auto name = add_aliased(table);
    const bool unqualified = table.piece() == nullptr &&
                             table.name().substr(0, find_alias(table.name())).find('.') == std::string_view::npos;
    const auto source = add(kind::source, unqualified ? source_unqualified : std::uint8_t{0});
    append(source, name);
    return source;
}

node_id tree::add_operand(const operand& what, bool stored)
{
    switch (what.what()) {
    case operand::form::expression:
        return splice(access::read(*what.piece()));
    case operand::form::null:
        if (!stored)
            throw error{error_kind::internal, "NULL compares with nothing here: use the clauses for null, or raw()."};
        break;
    case operand::form::value:
        break;
    }
    if (what.missing() && !stored)
        throw error{error_kind::internal,
                    "A value is missing (an empty optional): NULL compares with nothing. Leave the "
                    "condition out, or ask for null by name."};
    expect_values();
    const auto id = add(kind::value);
    at(id).number = static_cast<std::uint32_t>(values.values().size());
    what.add_to(values);
    return id;
}

node_id tree::add_text(std::string_view before, std::string_view text, std::string_view after)
{
    return add_written(kind::text, [&](std::string& out) { out.append(before).append(text).append(after); });
}

node_id tree::add_untyped(std::string_view text)
{
    return add_operand(untyped{std::string{text}});
}

node_id tree::add_sequence(std::initializer_list<node_id> parts)
{
    const auto made = add(kind::sequence);
    for (const auto part : parts)
        append(made, part);
    return made;
}

void tree::append_all(node_id parent, std::initializer_list<reference> names, node_id (tree::*add)(const reference&))
{
    for (const auto& name : names) {
        const auto added = (this->*add)(name);
        if (at(added).what == kind::list)
            append_children(parent, added);
        else
            append(parent, added);
    }
}

void tree::append_children(node_id parent, node_id from) noexcept
{
    for (auto id = at(from).first; id != none;) {
        const auto next = at(id).next;
        at(id).next = none;
        append(parent, id);
        id = next;
    }
}

tree& access::edit(fragment& of)
{
    if (of.tree_.use_count() != 1)
        of.tree_ = std::make_shared<tree>(*of.tree_);
    return *of.tree_;
}

} // namespace lightdash::sql::detail
