#include "lightdash/sql/schema/schema_builder.hpp"

#include <utility>

namespace lightdash::sql {

namespace {

table described(std::string name, const schema_builder::description& describe)
{
    table made{std::move(name)};
    describe(made);
    return made;
}

} // namespace

void schema_builder::create_table(std::string name, const description& describe)
{
    changes_.emplace_back(sql::create_table{described(std::move(name), describe)});
}

void schema_builder::alter_table(std::string name, const description& describe)
{
    changes_.emplace_back(sql::alter_table{described(std::move(name), describe)});
}

void schema_builder::drop_table(std::string name)
{
    changes_.emplace_back(sql::drop_table{std::move(name), false});
}

void schema_builder::drop_table_if_exists(std::string name)
{
    changes_.emplace_back(sql::drop_table{std::move(name), true});
}

void schema_builder::rename_table(std::string from, std::string to)
{
    changes_.emplace_back(sql::rename_table{std::move(from), std::move(to)});
}

void schema_builder::raw(pg::sql_literal text)
{
    changes_.emplace_back(sql::raw{text});
}

} // namespace lightdash::sql
