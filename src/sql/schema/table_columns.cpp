#include "lightdash/sql/schema/table_columns.hpp"

#include "lightdash/sql/identifier.hpp"
#include "sql/schema/schema_text.hpp"

#include <fmt/format.h>

namespace lightdash::sql {

namespace {

std::string with_precision(const char* type, std::optional<int> precision)
{
    if (!precision)
        return type;
    if (*precision < 0 || *precision > 6)
        refuse(fmt::format("The precision of {} is 0 to 6 digits of a second, not {}.", type, *precision));
    return fmt::format("{}({})", type, *precision);
}

column_definition definition_of(located_name name, std::string type)
{
    if (name.text.empty())
        refuse("A column has no name.");
    column_definition made;
    made.name = std::move(name.text);
    made.line = name.line;
    made.type = std::move(type);
    return made;
}

} // namespace

column& table_columns::column(located_name name, std::string type)
{
    return columns_.emplace_back(definition_of(std::move(name), std::move(type)));
}

column& table_columns::numbered(located_name name, const char* type)
{
    auto made = definition_of(std::move(name), type);
    made.inline_primary = true;
    return columns_.emplace_back(std::move(made));
}

column& table_columns::decimal(located_name name, int precision, int scale)
{
    return column(std::move(name), fmt::format("decimal({}, {})", precision, scale));
}

column& table_columns::string(located_name name, std::size_t length)
{
    return column(std::move(name), fmt::format("varchar({})", length));
}

column& table_columns::character(located_name name, std::size_t length)
{
    return column(std::move(name), fmt::format("char({})", length));
}

column& table_columns::bit(located_name name, std::size_t length)
{
    return column(std::move(name), fmt::format("bit({})", length));
}

column& table_columns::bit_varying(located_name name, std::size_t length)
{
    return column(std::move(name), fmt::format("bit varying({})", length));
}

column& table_columns::time(located_name name, std::optional<int> precision)
{
    return column(std::move(name), with_precision("time", precision));
}

column& table_columns::timetz(located_name name, std::optional<int> precision)
{
    return column(std::move(name), with_precision("timetz", precision));
}

column& table_columns::timestamp(located_name name, std::optional<int> precision)
{
    return column(std::move(name), with_precision("timestamp", precision));
}

column& table_columns::timestamptz(located_name name, std::optional<int> precision)
{
    return column(std::move(name), with_precision("timestamptz", precision));
}

column& table_columns::enumeration(located_name name, const std::vector<std::string>& values)
{
    std::string list;
    for (const auto& value : values)
        list += (list.empty() ? "" : ", ") + quote_literal(value);
    if (list.empty())
        refuse(fmt::format("Column \"{}\" is to be one of no values.", name.text));
    const auto check = fmt::format("text check ({} in ({}))", quote_identifier(name.text), list);
    return column(std::move(name), check);
}

column& table_columns::enumeration(located_name name, std::string new_type, std::vector<std::string> values)
{
    if (values.empty())
        refuse(fmt::format("The type \"{}\" of column \"{}\" has no values.", new_type, name.text));
    auto made = definition_of(std::move(name), quote_qualified(new_type));
    made.new_enum_values = std::move(values);
    return columns_.emplace_back(std::move(made));
}

column& table_columns::of_type(located_name name, const std::string& type)
{
    return column(std::move(name), quote_qualified(type));
}

void table_columns::timestamps(const timestamps_options& options)
{
    for (const auto* name : options.camel_case ? std::initializer_list{"createdAt", "updatedAt"}
                                               : std::initializer_list{"created_at", "updated_at"}) {
        auto& made = options.time_zone ? timestamptz(name) : timestamp(name);
        if (options.not_null)
            made.not_null();
        if (options.default_to)
            made.default_to(*options.default_to);
    }
}

} // namespace lightdash::sql
