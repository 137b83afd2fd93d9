#include "lightdash/sql/column_list.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/core/near_match.hpp"
#include "sql/tree/tree.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lightdash::sql {

using detail::access;
using detail::kind;
using detail::node_id;
using detail::none;

namespace {

std::string qualified(std::string_view table, std::string_view column)
{
    return table.empty() ? std::string{column} : fmt::format("{}.{}", table, column);
}

// What stands in the list for a column: `source as "column"`.
void replace(detail::tree& tree, node_id entry, node_id source, std::string_view column)
{
    const auto as = tree.add_text(" as ");
    const auto alias = tree.add_alias(column);
    auto& replaced = tree.at(entry);
    replaced.what = kind::sequence;
    replaced.first = replaced.last = none;
    for (const auto part : {source, as, alias})
        tree.append(entry, part);
}

[[noreturn]] void refuse_unknown(std::string_view what, std::string_view name, const std::vector<std::string>& columns)
{
    const std::vector<std::string_view> known{columns.begin(), columns.end()};
    throw error{error_kind::internal, fmt::format("The struct has no {} \"{}\"; its columns are {}{}.", what, name,
                                                  fmt::join(known, ", "), did_you_mean(name, known))};
}

} // namespace

column_list::column_list(const std::vector<std::string>& names, std::string_view table)
    : expression(detail::new_tree(kind::list)), names_(&names)
{
    auto& tree = access::edit(*this);
    for (const auto& name : names)
        tree.append(tree.root, tree.add_name(qualified(table, name)));
}

column_list& column_list::set(std::string_view column, const reference& source)
{
    auto& tree = access::edit(*this);
    auto entry = tree.at(tree.root).first;
    for (const auto& name : *names_) {
        if (name == column) {
            replace(tree, entry, tree.add_reference(source), column);
            return *this;
        }
        entry = tree.at(entry).next;
    }
    refuse_unknown("column", column, *names_);
}

column_list& column_list::member(std::string_view member, std::string_view table)
{
    const auto prefix = fmt::format("{}_", member);
    auto& tree = access::edit(*this);
    auto entry = tree.at(tree.root).first;
    bool found = false;
    for (const auto& name : *names_) {
        if (name.starts_with(prefix)) {
            replace(tree, entry, tree.add_name(qualified(table, std::string_view{name}.substr(prefix.size()))), name);
            found = true;
        }
        entry = tree.at(entry).next;
    }
    if (!found)
        refuse_unknown("member", member, *names_);
    return *this;
}

} // namespace lightdash::sql
