#include "lightdash/sql/identifier.hpp"
#include "lightdash/sql/schema/schema_builder.hpp"
#include "sql/schema/schema_text.hpp"

#include <fmt/format.h>

#include <string_view>

namespace lightdash::sql {

namespace {

std::string columns_text(const std::vector<std::string>& columns)
{
    return columns.empty() ? "" : " (" + quote_list(columns, "A view") + ')';
}

std::string view_text(const std::string& name, const expression& query, const view_options& options)
{
    auto text = fmt::format("view {}{}{} as {}", quote_qualified(name), columns_text(options.columns),
                            options.security_invoker ? " with (security_invoker = true)" : "", inlined(query));
    if (options.check)
        text += *options.check == view_check::local      ? " with local check option"
                : *options.check == view_check::cascaded ? " with cascaded check option"
                                                         : " with check option";
    return text;
}

} // namespace

void view::alter(const std::string& action, int line)
{
    schema_statement made;
    made.text = fmt::format("alter view {} {}", quote_qualified(name_), action);
    made.locks = {{name_, table_lock::access_exclusive}};
    made.line = line;
    changes_.push_back(std::move(made));
}

void view::rename_column(located_name from, const std::string& to)
{
    alter(fmt::format("rename {} to {}", quote_identifier(from.text), quote_identifier(to)), from.line);
}

void view::set_default(located_name column, const constant& value)
{
    alter(fmt::format("alter {} set default {}", quote_identifier(column.text), value.quoted()), column.line);
}

void view::drop_default(located_name column)
{
    alter(fmt::format("alter {} drop default", quote_identifier(column.text)), column.line);
}

void view::set_schema(located_name schema)
{
    alter("set schema " + quote_identifier(schema.text), schema.line);
}

void schema_builder::create_view(located_name name, const expression& query, const view_options& options)
{
    add("create " + view_text(name.text, query, options), name.line).locks_complete = false;
}

void schema_builder::create_or_replace_view(located_name name, const expression& query, const view_options& options)
{
    auto& made = add("create or replace " + view_text(name.text, query, options), name.line);
    made.locks = {{name.text, table_lock::access_exclusive}}; // when it is there
    made.locks_complete = false;
}

void schema_builder::alter_view(located_name name, const std::function<void(view&)>& describe)
{
    view altered{std::move(name.text)};
    describe(altered);
    changes_.insert(changes_.end(), altered.changes().begin(), altered.changes().end());
}

void schema_builder::rename_view(located_name from, const std::string& to)
{
    rename("view", from, to).locks = {{from.text, table_lock::access_exclusive}};
}

void schema_builder::drop_view(located_name name, const drop_options& options)
{
    drop("view", quote_qualified(name.text), name.line, options).locks = {{name.text, table_lock::access_exclusive}};
}

void schema_builder::create_materialized_view(located_name name, const expression& query,
                                              const materialized_view_options& options)
{
    add(fmt::format("create materialized view {}{}{} as {}{}", options.if_not_exists ? "if not exists " : "",
                    quote_qualified(name.text), columns_text(options.columns), inlined(query),
                    options.with_no_data ? " with no data" : ""),
        name.line)
        .locks_complete = false;
}

void schema_builder::refresh_materialized_view(located_name name, const refresh_options& options)
{
    if (options.concurrently && options.with_no_data)
        refuse(fmt::format("\"{}\" cannot be emptied concurrently.", name.text));
    auto& made = add(fmt::format("refresh materialized view {}{}{}", options.concurrently ? "concurrently " : "",
                                 quote_qualified(name.text), options.with_no_data ? " with no data" : ""),
                     name.line);
    made.locks = {{name.text, options.concurrently ? table_lock::exclusive : table_lock::access_exclusive}};
    made.locks_complete = false; // what its query reads
}

void schema_builder::rename_materialized_view(located_name from, const std::string& to)
{
    rename("materialized view", from, to).locks = {{from.text, table_lock::access_exclusive}};
}

void schema_builder::set_materialized_view_schema(located_name view, const std::string& schema)
{
    move("materialized view", view, schema).locks = {{view.text, table_lock::access_exclusive}};
}

void schema_builder::drop_materialized_view(located_name name, const drop_options& options)
{
    drop("materialized view", quote_qualified(name.text), name.line, options).locks = {
        {name.text, table_lock::access_exclusive}};
}

} // namespace lightdash::sql
