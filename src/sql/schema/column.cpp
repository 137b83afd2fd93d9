#include "lightdash/sql/schema/column.hpp"

#include "lightdash/sql/identifier.hpp"
#include "sql/schema/column_text.hpp"
#include "sql/schema/schema_text.hpp"

#include <fmt/format.h>

namespace lightdash::sql {

namespace {

std::string literals(const std::vector<constant>& values, const std::string& column)
{
    if (values.empty())
        refuse(fmt::format("Column \"{}\" is to be one of no values.", column));
    std::string list;
    for (const auto& value : values)
        list += (list.empty() ? "" : ",") + value.literal();
    return list;
}

} // namespace

column& column::primary()
{
    definition_.primary = true;
    return *this;
}

column& column::not_null()
{
    definition_.not_null = true;
    return *this;
}

column& column::nullable()
{
    definition_.not_null = false;
    return *this;
}

column& column::unique(std::string name)
{
    definition_.unique_name = std::move(name);
    return *this;
}

column& column::index(std::string name)
{
    definition_.index_name = std::move(name);
    return *this;
}

column& column::comment(std::string text)
{
    definition_.comment = std::move(text);
    return *this;
}

column& column::collate(std::string name)
{
    definition_.collation = std::move(name);
    return *this;
}

column& column::array()
{
    definition_.type += "[]";
    return *this;
}

column& column::if_not_exists()
{
    definition_.if_not_exists = true;
    return *this;
}

column& column::default_to(const constant& value)
{
    definition_.default_value = default_text(value, definition_.type);
    return *this;
}

column& column::identity(identity_kind kind, const sequence_options& options)
{
    definition_.generation = identity_text(kind, options);
    return *this;
}

column& column::generated_as(const expression& value)
{
    definition_.generation = fmt::format("generated always as ({}) stored", inlined(value));
    return *this;
}

column& column::references(std::string target_column)
{
    definition_.foreign.emplace(std::vector{definition_.name}, std::string{});
    definition_.foreign->references(std::move(target_column));
    return *this;
}

column& column::in_table(std::string target_table)
{
    key().in_table(std::move(target_table));
    return *this;
}

column& column::on_delete(referential_action action)
{
    key().on_delete(action);
    return *this;
}

column& column::on_update(referential_action action)
{
    key().on_update(action);
    return *this;
}

column& column::with_key_name(std::string name)
{
    key().with_key_name(std::move(name));
    return *this;
}

column& column::deferrable(deferral initially)
{
    key().deferrable(initially);
    return *this;
}

column& column::check(const expression& condition, std::string name)
{
    return add_check(inlined(condition), std::move(name));
}

column& column::check_positive(std::string name)
{
    return add_check(quote_identifier(definition_.name) + " > 0", std::move(name));
}

column& column::check_negative(std::string name)
{
    return add_check(quote_identifier(definition_.name) + " < 0", std::move(name));
}

column& column::check_in(const std::vector<constant>& values, std::string name)
{
    return add_check(fmt::format("{} in ({})", quote_identifier(definition_.name), literals(values, definition_.name)),
                     std::move(name));
}

column& column::check_not_in(const std::vector<constant>& values, std::string name)
{
    return add_check(
        fmt::format("{} not in ({})", quote_identifier(definition_.name), literals(values, definition_.name)),
        std::move(name));
}

column& column::check_between(const constant& low, const constant& high, std::string name)
{
    return check_between({{low, high}}, std::move(name));
}

column& column::check_between(const std::vector<std::pair<constant, constant>>& intervals, std::string name)
{
    std::string expression;
    for (const auto& [low, high] : intervals)
        expression += fmt::format("{}{} between {} and {}", expression.empty() ? "" : " or ",
                                  quote_identifier(definition_.name), low.literal(), high.literal());
    if (expression.empty())
        refuse(fmt::format("Column \"{}\" is to be within no interval.", definition_.name));
    return add_check(std::move(expression), std::move(name));
}

column& column::check_length(std::string_view comparison, std::size_t length, std::string name)
{
    require_operator(std::string{comparison});
    return add_check(fmt::format("length({}) {} {}", quote_identifier(definition_.name), comparison, length),
                     std::move(name));
}

column& column::check_regex(std::string_view pattern, std::string name)
{
    return add_check(fmt::format("{} ~ {}", quote_identifier(definition_.name), quote_literal(pattern)),
                     std::move(name));
}

column& column::add_check(std::string expression, std::string name)
{
    definition_.checks.push_back({std::move(expression), std::move(name)});
    return *this;
}

foreign_key& column::key()
{
    if (!definition_.foreign)
        refuse(fmt::format("Column \"{}\" has no foreign key to describe: call references() first.", definition_.name));
    return *definition_.foreign;
}

} // namespace lightdash::sql
