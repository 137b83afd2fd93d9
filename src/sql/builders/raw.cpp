#include "lightdash/sql/raw.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/core/near_match.hpp"
#include "sql/tree/tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace lightdash::sql {

using detail::access;
using detail::kind;
using detail::new_tree;
using detail::node_id;

namespace {

// A text without placeholders; `\?` and `\:` are the characters.
std::shared_ptr<detail::tree> verbatim(std::string_view text)
{
    auto made = new_tree(kind::sequence);
    raw_scanner scan{text, true};
    for (auto part = scan.next(); part.what != raw_part::form::end; part = scan.next())
        made->append(made->root, made->add_text(part.text));
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

// Writes the parts of a raw text. A blank keeps a value apart from letters and digits beside it: `a?` must not become
// the name a$1, nor `?1` the parameter $11.
class raw_writer {
public:
    void text(std::string_view part)
    {
        if (after_value_ && continues_word(part.front()))
            append(made->add_text(" "));
        append(made->add_text(part));
        after_value_ = false;
        last_ = part.back();
    }
    void value(const operand& of)
    {
        if (of.missing())
            throw error{error_kind::internal,
                        "raw(): a value is missing (an empty optional). Where NULL is meant, write std::nullopt or "
                        "value(…) around the optional; in a condition leave the condition out."};
        const bool is_piece = of.what() == operand::form::expression; // may complete the word before it
        if (!is_piece && (after_value_ || continues_word(last_)))
            append(made->add_text(" "));
        append(made->add_operand(of, true));
        after_value_ = !is_piece;
        last_ = ' ';
    }
    void name(const operand& of)
    {
        append(add_name(*made, of));
        after_value_ = false;
        last_ = ' ';
    }

    std::shared_ptr<detail::tree> made = new_tree(kind::sequence);

private:
    void append(node_id part) { made->append(made->root, part); }

    bool after_value_ = false;
    char last_ = ' ';
};

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

raw::raw(raw_literal text) : expression(verbatim(text.text())) {}

raw raw::trusted(std::string_view text)
{
    if (raw_scanner{text, false}.has_place())
        throw error{error_kind::internal, "raw(): the text has a place for a value, `?` or `:name`, but no value was "
                                          "given. Write \\? or \\: for the character itself."};
    return raw{verbatim(text)};
}

raw raw::build(std::string_view text, std::initializer_list<operand> arguments)
{
    raw_writer writer;
    raw_scanner scan{text, false};
    std::size_t used = 0;
    for (auto part = scan.next(); part.what != raw_part::form::end; part = scan.next()) {
        if (part.what == raw_part::form::text) {
            writer.text(part.text);
            continue;
        }
        if (used++ >= arguments.size())
            continue; // counted to the end, for the message
        const auto& argument = arguments.begin()[used - 1];
        part.what == raw_part::form::name ? writer.name(argument) : writer.value(argument);
    }
    if (used != arguments.size())
        throw error{error_kind::internal,
                    fmt::format("raw(): the text has {} placeholders, but {} arguments were given. Write \\? for the "
                                "character itself.",
                                used, arguments.size())};
    return raw{std::move(writer.made)};
}

raw raw::build(std::string_view text, std::initializer_list<named_binding> arguments)
{
    raw_writer writer;
    raw_scanner scan{text, true};
    std::vector<bool> used(arguments.size());
    for (auto part = scan.next(); part.what != raw_part::form::end; part = scan.next()) {
        if (part.what == raw_part::form::text) {
            writer.text(part.text);
            continue;
        }
        const auto* found = std::ranges::find(arguments, part.text, &named_binding::name);
        if (found == arguments.end())
            throw_unbound(part.text, arguments);
        used[static_cast<std::size_t>(found - arguments.begin())] = true;
        part.what == raw_part::form::named_name ? writer.name(found->value) : writer.value(found->value);
    }
    for (std::size_t i = 0; i < used.size(); ++i)
        if (!used[i])
            throw error{error_kind::internal,
                        fmt::format("raw(): the text has no place for :{}.", arguments.begin()[i].name)};
    return raw{std::move(writer.made)};
}

raw raw::open(pg::sql_literal text)
{
    raw_writer writer;
    raw_scanner scan{text.text(), true};
    for (auto part = scan.next(); part.what != raw_part::form::end; part = scan.next()) {
        if (part.what == raw_part::form::text)
            writer.text(part.text);
        else if (part.what == raw_part::form::named_value)
            writer.value(detail::open_parameter(detail::type_of_value, part.text));
        else
            throw error{error_kind::internal,
                        fmt::format("raw::open(): :{}: is a name; only values are open.", part.text)};
    }
    return raw{std::move(writer.made)};
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
