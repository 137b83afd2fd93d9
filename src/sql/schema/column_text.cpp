#include "sql/schema/column_text.hpp"

#include "lightdash/sql/identifier.hpp"
#include "sql/schema/constraint_text.hpp"
#include "sql/schema/schema_text.hpp"

#include <fmt/format.h>

namespace lightdash::sql {

std::string column_text(const column_definition& column, bool inline_primary)
{
    auto text = quote_identifier(column.name) + ' ' + column.type;
    if (!column.collation.empty())
        text += " collate " + quote_qualified(column.collation);
    if (column.inline_primary && inline_primary)
        text += " primary key";
    if (column.not_null)
        text += *column.not_null ? " not null" : " null";
    if (column.default_value)
        text += " default " + *column.default_value;
    if (!column.generation.empty())
        text += ' ' + column.generation;
    for (const auto& check : column.checks)
        text += ' ' + constraint_text(check);
    return text;
}

std::string default_text(const constant& value, std::string_view type)
{
    // '1' is Knex's true; other types than boolean take the word, which is also JSON's.
    if (const auto* truth = value.as_boolean(); truth && type == "boolean")
        return *truth ? "'1'" : "'0'";
    return value.quoted();
}

std::string sequence_text(const sequence_options& options)
{
    std::string text;
    const auto append = [&](std::string_view word, const std::optional<std::int64_t>& number) {
        if (number)
            text += fmt::format("{}{} {}", text.empty() ? "" : " ", word, *number);
    };
    append("increment by", options.increment);
    append("minvalue", options.minimum);
    append("maxvalue", options.maximum);
    append("start with", options.start);
    append("restart with", options.restart);
    append("cache", options.cache);
    if (options.cycle)
        text += text.empty() ? "cycle" : " cycle";
    return text;
}

std::string identity_text(identity_kind kind, const sequence_options& options)
{
    const auto counting = sequence_text(options);
    return fmt::format("generated {} as identity{}", kind == identity_kind::always ? "always" : "by default",
                       counting.empty() ? "" : " (" + counting + ')');
}

std::string enum_text(const std::string& quoted_type, const std::vector<std::string>& values)
{
    std::string list;
    for (const auto& value : values)
        list += (list.empty() ? "" : ", ") + quote_literal(value);
    if (list.empty())
        refuse(fmt::format("The enum {} has no values.", quoted_type));
    return fmt::format("create type {} as enum ({})", quoted_type, list);
}

std::string comment_text(std::string_view what, const std::string& quoted_name, std::string_view text)
{
    return fmt::format("comment on {} {} is {}", what, quoted_name, quote_literal(text));
}

} // namespace lightdash::sql
