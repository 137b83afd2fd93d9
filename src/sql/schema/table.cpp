#include "lightdash/sql/schema/table.hpp"

#include <fmt/format.h>

#include <utility>

namespace lightdash::sql {

namespace {

std::string named_or(std::string given, const std::string& table, const column_names& columns, const char* suffix)
{
    return given.empty() ? conventional_name(table, columns.list(), suffix) : std::move(given);
}

} // namespace

std::string conventional_name(const std::string& table, const std::vector<std::string>& columns, const char* suffix)
{
    std::string name = table;
    for (const auto& column : columns)
        name += '_' + column;
    name += '_';
    name += suffix;
    for (char& c : name) {
        if (c == '.' || c == '-')
            c = '_';
        else if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    }
    return name;
}

foreign_key_description& foreign_key_description::references(const column_names& target_columns)
{
    key_.target_columns = target_columns.list();
    return *this;
}

foreign_key_description& foreign_key_description::in_table(std::string target_table)
{
    key_.target_table = std::move(target_table);
    return *this;
}

foreign_key_description& foreign_key_description::on_delete(referential_action action)
{
    key_.on_delete = action;
    return *this;
}

foreign_key_description& foreign_key_description::on_update(referential_action action)
{
    key_.on_update = action;
    return *this;
}

column& table::string(std::string name, std::size_t length)
{
    return column(std::move(name), fmt::format("varchar({})", length));
}

column& table::column(std::string name, std::string type)
{
    return columns_.emplace_back(std::move(name), std::move(type));
}

void table::timestamps()
{
    timestamp("created_at").default_to(raw("now()"));
    timestamp("updated_at").default_to(raw("now()"));
}

void table::primary(const column_names& columns, std::string name)
{
    items_.emplace_back(primary_key{columns.list(), std::move(name)});
}

void table::unique(const column_names& columns, std::string name)
{
    items_.emplace_back(unique_key{columns.list(), std::move(name)});
}

void table::index(const column_names& columns, std::string name)
{
    items_.emplace_back(sql::index{columns.list(), std::move(name)});
}

foreign_key_description table::foreign(const column_names& columns, std::string name)
{
    items_.emplace_back(foreign_key{columns.list(), {}, {}, {}, {}, std::move(name)});
    return foreign_key_description{std::get<foreign_key>(items_.back())};
}

void table::check(const raw& expression, std::string name)
{
    items_.emplace_back(sql::check{expression.text(), std::move(name)});
}

void table::drop_column(std::string name)
{
    items_.emplace_back(sql::drop_column{std::move(name)});
}

void table::drop_primary(std::string name)
{
    items_.emplace_back(
        drop_constraint{named_or(std::move(name), name_, column_names(std::initializer_list<const char*>{}), "pkey")});
}

void table::drop_unique(const column_names& columns, std::string name)
{
    items_.emplace_back(drop_constraint{named_or(std::move(name), name_, columns, "unique")});
}

void table::drop_foreign(const column_names& columns, std::string name)
{
    items_.emplace_back(drop_constraint{named_or(std::move(name), name_, columns, "foreign")});
}

void table::drop_index(const column_names& columns, std::string name)
{
    items_.emplace_back(sql::drop_index{named_or(std::move(name), name_, columns, "index")});
}

void table::drop_check(std::string name)
{
    items_.emplace_back(drop_constraint{std::move(name)});
}

void table::rename_column(std::string from, std::string to)
{
    items_.emplace_back(sql::rename_column{std::move(from), std::move(to)});
}

void table::set_not_null(std::string column)
{
    items_.emplace_back(change_nullability{std::move(column), true});
}

void table::drop_not_null(std::string column)
{
    items_.emplace_back(change_nullability{std::move(column), false});
}

} // namespace lightdash::sql
