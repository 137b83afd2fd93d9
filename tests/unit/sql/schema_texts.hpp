// The statements of a description, as texts.
#pragma once

#include "lightdash/sql/schema/schema_builder.hpp"

#include <string>
#include <utility>
#include <vector>

namespace lightdash::sql {

inline std::vector<std::string> texts(const schema_builder& schema)
{
    std::vector<std::string> texts;
    for (auto& statement : compile(schema))
        texts.push_back(std::move(statement.text));
    return texts;
}

inline std::vector<std::string> created(const schema_builder::description& describe)
{
    schema_builder schema;
    schema.create_table("users", describe);
    return texts(schema);
}

inline std::vector<std::string> altered(const schema_builder::description& describe)
{
    schema_builder schema;
    schema.alter_table("users", describe);
    return texts(schema);
}

} // namespace lightdash::sql
