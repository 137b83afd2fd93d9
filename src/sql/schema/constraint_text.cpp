#include "sql/schema/constraint_text.hpp"

#include "lightdash/sql/identifier.hpp"
#include "sql/schema/schema_text.hpp"

#include <fmt/format.h>

#include <string_view>

namespace lightdash::sql {

namespace {

std::string quoted_name(const std::string& given, const std::string& table, const std::vector<std::string>& columns,
                        const char* suffix)
{
    return quote_identifier(given.empty() ? conventional_name(table, columns, suffix) : given);
}

std::string_view spelled(referential_action action)
{
    switch (action) {
    case referential_action::restrict:
        return "restrict";
    case referential_action::cascade:
        return "cascade";
    case referential_action::set_null:
        return "set null";
    case referential_action::set_default:
        return "set default";
    case referential_action::no_action:
        break;
    }
    return "no action";
}

std::string include_text(const std::vector<std::string>& columns, const std::string& table)
{
    if (columns.empty())
        return {};
    return fmt::format(" include ({})", quote_list(columns, fmt::format("An index of \"{}\"", table)));
}

std::string key_text(const key_definition& key, std::string_view kind, const std::string& table)
{
    if (!key.using_index.empty())
        return fmt::format("{} using index {}{}", kind, quote_identifier(key.using_index),
                           deferrable_text(key.deferrable));
    return fmt::format("{}{} ({}){}{}", kind, key.nulls_not_distinct ? " nulls not distinct" : "",
                       quote_list(key.columns, fmt::format("A key of \"{}\"", table)), include_text(key.include, table),
                       deferrable_text(key.deferrable));
}

std::string reference_text(const foreign_key_definition& made, const std::string& table)
{
    if (made.target_table.empty() || made.target_columns.empty())
        refuse(fmt::format("The foreign key of \"{}\" ({}) names no target: add references() and in_table().", table,
                           fmt::join(made.columns, ", ")));
    auto text = fmt::format("references {} ({})", quote_qualified(made.target_table),
                            quote_list(made.target_columns, fmt::format("The foreign key of \"{}\"", table)));
    if (made.match_full)
        text += " match full";
    if (made.on_update)
        text += fmt::format(" on update {}", spelled(*made.on_update));
    if (made.on_delete)
        text += fmt::format(" on delete {}", spelled(*made.on_delete));
    text += deferrable_text(made.deferrable);
    return text;
}

} // namespace

std::string constraint_text(const primary_key& key, const std::string& table)
{
    const auto& made = key.definition();
    return fmt::format("constraint {} {}", quoted_name(made.name, table, {}, "pkey"),
                       key_text(made, "primary key", table));
}

std::string constraint_text(const unique_key& key, const std::string& table)
{
    const auto& made = key.definition();
    return fmt::format("constraint {} {}", quoted_name(made.name, table, made.columns, "unique"),
                       key_text(made, "unique", table));
}

std::string constraint_text(const foreign_key& key, const std::string& table)
{
    const auto& made = key.definition();
    return fmt::format("constraint {} foreign key ({}) {}{}", quoted_name(made.name, table, made.columns, "foreign"),
                       quote_list(made.columns, fmt::format("The foreign key of \"{}\"", table)),
                       reference_text(made, table), made.not_valid ? " not valid" : "");
}

std::string constraint_text(const check_definition& check)
{
    return fmt::format("{}check ({}){}", check.name.empty() ? "" : "constraint " + quote_identifier(check.name) + ' ',
                       check.expression, check.not_valid ? " not valid" : "");
}

std::string constraint_text(const exclusion& constraint, const std::string& table)
{
    const auto& made = constraint.definition();
    std::string elements;
    for (const auto& [column, comparison] : made.elements) {
        require_operator(comparison);
        elements += fmt::format("{}{} with {}", elements.empty() ? "" : ", ", column.text(), comparison);
    }
    if (elements.empty())
        refuse(fmt::format("The exclusion \"{}\" of \"{}\" compares nothing.", made.name, table));
    require_word(made.method);
    return fmt::format("constraint {} exclude using {} ({}){}{}", quote_identifier(made.name), made.method, elements,
                       made.predicate.empty() ? "" : " where (" + made.predicate + ')',
                       deferrable_text(made.deferrable));
}

std::string column_keys_text(const column_definition& column, const std::string& table)
{
    std::string text;
    if (column.primary)
        text += " primary key";
    if (column.unique_name)
        text += fmt::format(" constraint {} unique", quoted_name(*column.unique_name, table, {column.name}, "unique"));
    if (column.foreign) {
        const auto& made = column.foreign->definition();
        text += fmt::format(" constraint {} {}", quoted_name(made.name, table, made.columns, "foreign"),
                            reference_text(made, table));
    }
    return text;
}

std::string index_text(const index_definition& made, const std::string& table)
{
    std::string columns;
    std::vector<std::string> names;
    for (const auto& column : made.columns) {
        columns += (columns.empty() ? "" : ", ") + column.text();
        names.push_back(column.name());
        if (column.name().empty() && made.name.empty())
            refuse(fmt::format("An index of \"{}\" on an expression needs a name.", table));
    }
    if (columns.empty())
        refuse(fmt::format("An index of \"{}\" has no columns: name at least one.", table));
    if (!made.method.empty())
        require_word(made.method);
    return fmt::format("create {}index {}{}{} on {}{} ({}){}{}{}{}", made.unique ? "unique " : "",
                       made.concurrently ? "concurrently " : "", made.if_not_exists ? "if not exists " : "",
                       quoted_name(made.name, table, names, made.unique ? "unique" : "index"), quote_qualified(table),
                       made.method.empty() ? "" : " using " + made.method, columns, include_text(made.include, table),
                       made.nulls_not_distinct ? " nulls not distinct" : "", storage_text(made.storage),
                       made.predicate.empty() ? "" : " where " + made.predicate);
}

} // namespace lightdash::sql
