#include "lightdash/sql/raw.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/core/near_match.hpp"
#include "sql/tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace lightdash::sql {

using detail::access;
using detail::kind;
using detail::new_tree;
using detail::node_id;

namespace {

std::shared_ptr<detail::tree> verbatim(std::string_view text)
{
    auto made = new_tree(kind::sequence);
    made->append(made->root, made->add_text(text));
    return made;
}

node_id add_name(detail::tree& to, const operand& name)
{
    if (name.what() == operand::form::expression)
        return to.splice(access::read(*name.piece()));
    if (!name.is_text())
        throw error{error_kind::internal, "raw(): `??` and `:name:` take the name of a column or table, or names(…)."};
    return to.add_name_with_alias(name.text());
}

[[noreturn]] void throw_unbound(std::string_view name, std::initializer_list<named_binding> arguments)
{
    std::vector<std::string_view> known;
    for (const auto& each : arguments)
        known.push_back(each.name);
    throw error{error_kind::internal,
                fmt::format("raw(): nothing is bound to :{}{}. Write \\: for the character itself.", name,
                            did_you_mean(name, known))};
}

} // namespace

raw::raw(pg::sql_literal text) : expression(verbatim(text.text())) {}

raw raw::trusted(std::string_view text)
{
    return raw{verbatim(text)};
}

raw raw::build(std::string_view text, std::initializer_list<operand> arguments)
{
    auto made = new_tree(kind::sequence);
    raw_scanner scan{text, false};
    std::size_t used = 0;
    for (auto part = scan.next(); part.what != raw_part::form::end; part = scan.next()) {
        if (part.what == raw_part::form::text) {
            made->append(made->root, made->add_text(part.text));
            continue;
        }
        if (used++ >= arguments.size())
            continue; // counted to the end, for the message
        const auto& argument = arguments.begin()[used - 1];
        made->append(made->root,
                     part.what == raw_part::form::name ? add_name(*made, argument) : made->add_operand(argument, true));
    }
    if (used != arguments.size())
        throw error{error_kind::internal,
                    fmt::format("raw(): the text has {} placeholders, but {} arguments were given. Write \\? for the "
                                "character itself.",
                                used, arguments.size())};
    return raw{std::move(made)};
}

raw raw::build(std::string_view text, std::initializer_list<named_binding> arguments)
{
    auto made = new_tree(kind::sequence);
    raw_scanner scan{text, true};
    std::vector<bool> used(arguments.size());
    for (auto part = scan.next(); part.what != raw_part::form::end; part = scan.next()) {
        if (part.what == raw_part::form::text) {
            made->append(made->root, made->add_text(part.text));
            continue;
        }
        const auto* found = std::ranges::find(arguments, part.text, &named_binding::name);
        if (found == arguments.end())
            throw_unbound(part.text, arguments);
        used[static_cast<std::size_t>(found - arguments.begin())] = true;
        made->append(made->root, part.what == raw_part::form::named_name ? add_name(*made, found->value)
                                                                         : made->add_operand(found->value, true));
    }
    for (std::size_t i = 0; i < used.size(); ++i)
        if (!used[i])
            throw error{error_kind::internal,
                        fmt::format("raw(): the text has no place for :{}.", arguments.begin()[i].name)};
    return raw{std::move(made)};
}

raw raw::wrap(pg::sql_literal prefix, pg::sql_literal suffix) const
{
    auto made = new_tree(kind::sequence);
    made->append(made->root, made->add_text(prefix.text()));
    made->append(made->root, made->splice(access::read(*this)));
    made->append(made->root, made->add_text(suffix.text()));
    return raw{std::move(made)};
}

std::string raw::text() const
{
    auto made = compile();
    if (!made.values.values().empty())
        throw error{error_kind::internal, "raw(): only SQL without values can be used here."};
    return std::move(made.text);
}

expression names_of(std::initializer_list<reference> list)
{
    auto made = new_tree(kind::sequence);
    const auto parts = made->add(kind::list);
    made->append_all(parts, list, &detail::tree::add_aliased);
    made->append(made->root, parts);
    return access::wrap(std::move(made));
}

} // namespace lightdash::sql
