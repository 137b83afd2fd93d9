// Schemas, extensions, types and sequences.
#include "lightdash/sql/identifier.hpp"
#include "lightdash/sql/schema/schema_builder.hpp"
#include "sql/schema/column_text.hpp"
#include "sql/schema/schema_text.hpp"

#include <fmt/format.h>

namespace lightdash::sql {

namespace {

std::string_view if_not_exists(bool wanted)
{
    return wanted ? "if not exists " : "";
}

// The table of "users.id", which is read when a sequence is given to that column.
std::vector<locked_table> owner_locks(const std::string& owned_by)
{
    const auto dot = owned_by.rfind('.');
    if (dot == std::string::npos)
        return {};
    return {{owned_by.substr(0, dot), table_lock::access_share}};
}

std::string sequence_clauses(const sequence_options& options)
{
    std::string text;
    if (!options.type.empty()) {
        require_word(options.type);
        text += " as " + options.type;
    }
    if (const auto counting = sequence_text(options); !counting.empty())
        text += ' ' + counting;
    if (!options.owned_by.empty())
        text += " owned by " + quote_qualified(options.owned_by);
    return text;
}

} // namespace

void schema_builder::create_schema(located_name name, const create_options& options)
{
    add(fmt::format("create schema {}{}", if_not_exists(options.if_not_exists), quote_identifier(name.text)),
        name.line);
}

void schema_builder::rename_schema(located_name from, const std::string& to)
{
    rename("schema", from, to);
}

void schema_builder::drop_schema(located_name name, const drop_options& options)
{
    drop("schema", quote_identifier(name.text), name.line, options);
}

void schema_builder::create_extension(located_name name, const extension_options& options)
{
    auto text = fmt::format("create extension {}{}", if_not_exists(options.if_not_exists), quote_identifier(name.text));
    if (!options.schema.empty())
        text += " schema " + quote_identifier(options.schema);
    if (!options.version.empty())
        text += " version " + quote_literal(options.version);
    if (options.cascade)
        text += " cascade";
    add(std::move(text), name.line).locks_complete = false; // its script may do anything
}

void schema_builder::set_extension_schema(located_name extension, const std::string& schema)
{
    move("extension", extension, schema).locks_complete = false; // all that belongs to it
}

void schema_builder::drop_extension(located_name name, const drop_options& options)
{
    drop("extension", quote_identifier(name.text), name.line, options).locks_complete = false; // its own tables
}

void schema_builder::create_enum(located_name name, const std::vector<std::string>& values)
{
    add(enum_text(quote_qualified(name.text), values), name.line);
}

void schema_builder::add_enum_value(located_name type, const std::string& value, const enum_value_options& options)
{
    if (!options.before.empty() && !options.after.empty())
        refuse(fmt::format("The value \"{}\" of \"{}\" can stand before one other or after one, not both.", value,
                           type.text));
    auto text = fmt::format("alter type {} add value {}{}", quote_qualified(type.text),
                            if_not_exists(options.if_not_exists), quote_literal(value));
    if (!options.before.empty())
        text += " before " + quote_literal(options.before);
    if (!options.after.empty())
        text += " after " + quote_literal(options.after);
    add(std::move(text), type.line);
}

void schema_builder::rename_enum_value(located_name type, const std::string& from, const std::string& to)
{
    add(fmt::format("alter type {} rename value {} to {}", quote_qualified(type.text), quote_literal(from),
                    quote_literal(to)),
        type.line);
}

void schema_builder::rename_type(located_name from, const std::string& to)
{
    rename("type", from, to);
}

void schema_builder::set_type_schema(located_name type, const std::string& schema)
{
    move("type", type, schema);
}

void schema_builder::drop_type(located_name name, const drop_options& options)
{
    drop("type", quote_qualified(name.text), name.line, options);
}

void schema_builder::create_sequence(located_name name, const sequence_options& options)
{
    if (options.restart)
        refuse(fmt::format("The sequence \"{}\" is being created: give it a start instead of a restart.", name.text));
    add(fmt::format("create sequence {}{}{}", if_not_exists(options.if_not_exists), quote_qualified(name.text),
                    sequence_clauses(options)),
        name.line)
        .locks = owner_locks(options.owned_by);
}

void schema_builder::alter_sequence(located_name name, const sequence_options& options)
{
    const auto clauses = sequence_clauses(options);
    if (clauses.empty() || options.if_not_exists)
        refuse(fmt::format("The sequence \"{}\" is being altered, but nothing of it changes.", name.text));
    auto& made = add(fmt::format("alter sequence {}{}", quote_qualified(name.text), clauses), name.line);
    made.locks = owner_locks(options.owned_by);
    made.locks.push_back({name.text, table_lock::share_row_exclusive});
}

void schema_builder::rename_sequence(located_name from, const std::string& to)
{
    rename("sequence", from, to).locks = {{from.text, table_lock::access_exclusive}};
}

void schema_builder::set_sequence_schema(located_name sequence, const std::string& schema)
{
    move("sequence", sequence, schema).locks = {{sequence.text, table_lock::access_exclusive}};
}

void schema_builder::drop_sequence(located_name name, const drop_options& options)
{
    drop("sequence", quote_qualified(name.text), name.line, options).locks = {
        {name.text, table_lock::access_exclusive}};
}

} // namespace lightdash::sql
