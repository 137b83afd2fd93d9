// Tables and raw text; namespaces, types and views have files of their own.
#include "lightdash/sql/schema/schema_builder.hpp"

#include "lightdash/sql/identifier.hpp"
#include "sql/schema/schema_text.hpp"

#include <fmt/format.h>

#include <utility>

namespace lightdash::sql {

void schema_builder::create_table(located_name name, const description& describe)
{
    describe_table(table{std::move(name.text), table_change::create, name.line}, describe);
}

void schema_builder::create_table_if_not_exists(located_name name, const description& describe)
{
    describe_table(table{std::move(name.text), table_change::create_if_not_exists, name.line}, describe);
}

void schema_builder::create_table_like(located_name name, std::string source, const description& describe)
{
    table made{std::move(name.text), table_change::create, name.line};
    made.like(std::move(source));
    describe_table(std::move(made), describe);
}

void schema_builder::alter_table(located_name name, const description& describe)
{
    describe_table(table{std::move(name.text), table_change::alter, name.line}, describe);
}

void schema_builder::alter_table_if_exists(located_name name, const description& describe)
{
    describe_table(table{std::move(name.text), table_change::alter_if_exists, name.line}, describe);
}

void schema_builder::drop_table(located_name name, const drop_options& options)
{
    auto& made = drop("table", quote_qualified(name.text), name.line, options);
    made.locks = {{name.text, table_lock::access_exclusive}};
    made.locks_complete = false; // the targets of its foreign keys too
}

void schema_builder::rename_table(located_name from, const std::string& to)
{
    rename("table", from, to).locks = {{from.text, table_lock::access_exclusive}};
}

void schema_builder::raw(raw_literal text, std::source_location where)
{
    raw(sql::raw{text}, where);
}

void schema_builder::raw(const sql::raw& text, std::source_location where)
{
    auto& made = add(inlined(text), static_cast<int>(where.line()));
    made.locks_complete = false;
    made.transactional = runs_in_transaction(made.text);
}

void schema_builder::describe_table(table described, const description& describe)
{
    if (describe)
        describe(described);
    changes_.emplace_back(std::move(described));
}

schema_statement& schema_builder::add(std::string text, int line)
{
    schema_statement made;
    made.text = std::move(text);
    made.line = line;
    return std::get<schema_statement>(changes_.emplace_back(std::move(made)));
}

schema_statement& schema_builder::drop(const char* kind, const std::string& quoted_name, int line,
                                       const drop_options& options)
{
    auto& made = add(fmt::format("drop {} {}{}{}", kind, options.if_exists ? "if exists " : "", quoted_name,
                                 options.cascade ? " cascade" : ""),
                     line);
    made.locks_complete = !options.cascade;
    return made;
}

schema_statement& schema_builder::rename(const char* kind, const located_name& from, const std::string& to)
{
    return add(fmt::format("alter {} {} rename to {}", kind, quote_qualified(from.text), quote_identifier(to)),
               from.line);
}

schema_statement& schema_builder::move(const char* kind, const located_name& from, const std::string& schema)
{
    return add(fmt::format("alter {} {} set schema {}", kind, quote_qualified(from.text), quote_identifier(schema)),
               from.line);
}

} // namespace lightdash::sql
