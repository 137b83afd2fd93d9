#include "lightdash/sql/schema/column.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/sql/identifier.hpp"

#include <fmt/format.h>

namespace lightdash::sql {

column::column(std::string name, std::string type)
{
    definition_.name = std::move(name);
    definition_.type = std::move(type);
}

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

column& column::default_to(std::string_view text)
{
    definition_.default_value = quote_literal(text);
    return *this;
}

column& column::default_to(bool value)
{
    definition_.default_value = value ? "true" : "false";
    return *this;
}

column& column::default_to(std::int64_t value)
{
    definition_.default_value = std::to_string(value);
    return *this;
}

column& column::default_to(const raw& expression)
{
    definition_.default_value = expression.text();
    return *this;
}

column& column::references(std::string target_column)
{
    definition_.foreign = foreign_key{{definition_.name}, {std::move(target_column)}, {}, {}, {}, {}};
    return *this;
}

column& column::in_table(std::string target_table)
{
    key().target_table = std::move(target_table);
    return *this;
}

column& column::on_delete(referential_action action)
{
    key().on_delete = action;
    return *this;
}

column& column::on_update(referential_action action)
{
    key().on_update = action;
    return *this;
}

column& column::with_key_name(std::string name)
{
    key().name = std::move(name);
    return *this;
}

foreign_key& column::key()
{
    if (!definition_.foreign)
        throw error{
            error_kind::internal,
            fmt::format("Column \"{}\" has no foreign key to describe: call references() first.", definition_.name)};
    return *definition_.foreign;
}

} // namespace lightdash::sql
