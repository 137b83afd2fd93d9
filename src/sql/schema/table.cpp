// What a table is made of; table_alterations.cpp has what changes of one that is there.
#include "lightdash/sql/schema/table.hpp"

#include "lightdash/sql/identifier.hpp"
#include "sql/schema/column_text.hpp"
#include "sql/schema/schema_text.hpp"

#include <fmt/format.h>

#include <utility>

namespace lightdash::sql {

namespace {

std::string_view spelled(partition_method method)
{
    switch (method) {
    case partition_method::list:
        return "list";
    case partition_method::hash:
        return "hash";
    case partition_method::range:
        break;
    }
    return "range";
}

} // namespace

table::table(std::string name, table_change change, int line) : name_(std::move(name)), change_(change), line_(line) {}

template <class Item>
Item& table::add(Item item, int line)
{
    items_.push_back({std::move(item), line});
    return std::get<Item>(items_.back().what);
}

primary_key& table::primary(const column_names& columns, std::string name)
{
    return add(primary_key{columns.list(), std::move(name)}, columns.line());
}

unique_key& table::unique(const column_names& columns, std::string name)
{
    return add(unique_key{columns.list(), std::move(name)}, columns.line());
}

foreign_key& table::foreign(const column_names& columns, std::string name)
{
    return add(foreign_key{columns.list(), std::move(name)}, columns.line());
}

index& table::index(const index_columns& columns, std::string name)
{
    return add(sql::index{columns.list(), std::move(name), false}, columns.line());
}

index& table::unique_index(const index_columns& columns, std::string name)
{
    return add(sql::index{columns.list(), std::move(name), true}, columns.line());
}

check& table::check(const expression& condition, std::string name, std::source_location where)
{
    return add(sql::check{inlined(condition), std::move(name)}, static_cast<int>(where.line()));
}

exclusion& table::exclude(std::vector<exclusion_element> elements, std::string name, std::source_location where)
{
    return add(exclusion{std::move(elements), std::move(name)}, static_cast<int>(where.line()));
}

void table::comment(std::string text, std::source_location where)
{
    if (creating()) {
        creation_.comment = std::move(text);
        return;
    }
    schema_statement made;
    made.text = comment_text("table", quote_qualified(name_), text);
    made.locks = {{name_, table_lock::share_update_exclusive}};
    made.line = static_cast<int>(where.line());
    add(std::move(made), made.line);
}

void table::temporary()
{
    creation("temporary()").temporary = true;
}

void table::unlogged()
{
    creation("unlogged()").unlogged = true;
}

void table::on_commit(commit_action action)
{
    creation("on_commit()").on_commit = action;
}

void table::inherits(std::string parent)
{
    creation("inherits()").inherits = std::move(parent);
}

void table::like(std::string source)
{
    creation("like()").like = std::move(source);
}

void table::partition_by(partition_method method, const index_columns& columns)
{
    std::string list;
    for (const auto& column : columns.list())
        list += (list.empty() ? "" : ", ") + column.text();
    creation("partition_by()").partition_by = fmt::format("{} ({})", spelled(method), list);
}

void table::partition_of(std::string parent, const partition_bounds& bounds)
{
    auto& made = creation("partition_of()");
    made.partition_of = std::move(parent);
    made.bounds = bounds.text();
}

table_creation& table::creation(const char* verb)
{
    if (!creating())
        refuse(fmt::format("{} belongs to a table that is being created, but \"{}\" is being altered.", verb, name_));
    return creation_;
}

void table::require_altering(const char* verb) const
{
    if (creating())
        refuse(fmt::format("Table \"{}\" is being created: {} has nothing to change yet.", name_, verb));
}

schema_statement& table::alter(const char* verb, const std::string& action, int line, table_lock lock)
{
    require_altering(verb);
    return add_statement(fmt::format("alter table {}{} {}",
                                     change_ == table_change::alter_if_exists ? "if exists " : "",
                                     quote_qualified(name_), action),
                         line, lock);
}

schema_statement& table::add_statement(std::string text, int line, table_lock lock)
{
    schema_statement made;
    made.text = std::move(text);
    made.locks = {{name_, lock}};
    made.line = line;
    return add(std::move(made), line);
}

} // namespace lightdash::sql
