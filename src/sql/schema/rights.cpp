// Row-level security and grants.
#include "lightdash/sql/identifier.hpp"
#include "lightdash/sql/schema/schema_builder.hpp"
#include "sql/schema/schema_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lightdash::sql {

namespace {

// `"reader", "writer"`; PostgreSQL reads "public" as everybody, in quotes too.
std::string roles_text(const role_names& roles)
{
    if (roles.empty())
        refuse("A right is granted to a role, or revoked from one: name at least one.");
    return quote_list(roles, "A list of roles");
}

std::string conditions_text(const std::optional<expression>& rows, const std::optional<expression>& new_rows)
{
    std::string text;
    if (rows)
        text += fmt::format(" using ({})", inlined(*rows));
    if (new_rows)
        text += fmt::format(" with check ({})", inlined(*new_rows));
    return text;
}

constexpr std::string_view command_words[] = {"", " for select", " for insert", " for update", " for delete"};

constexpr std::string_view privilege_words[] = {"all",        "select",  "insert", "update", "delete",  "truncate",
                                                "references", "trigger", "usage",  "create", "connect", "temporary"};

std::string rights_text(const privileges& rights)
{
    if (rights.empty() || (rights.size() > 1 && std::ranges::find(rights, privilege::all) != rights.end()))
        refuse("A grant names rights one by one, or all of them alone.");
    std::string text;
    for (const auto right : rights)
        text.append(text.empty() ? "" : ", ").append(privilege_words[static_cast<std::size_t>(right)]);
    return text;
}

} // namespace

void table::set_row_level_security(const char* how, std::source_location where)
{
    add_statement(fmt::format("alter table {}{} {} row level security",
                              change_ == table_change::alter_if_exists ? "if exists " : "", quote_qualified(name_),
                              how),
                  static_cast<int>(where.line()));
}

void table::enable_row_level_security(std::source_location where)
{
    set_row_level_security("enable", where);
}

void table::disable_row_level_security(std::source_location where)
{
    set_row_level_security("disable", where);
}

void table::force_row_level_security(std::source_location where)
{
    set_row_level_security("force", where);
}

void table::no_force_row_level_security(std::source_location where)
{
    set_row_level_security("no force", where);
}

// The tables that the conditions of a policy read are locked too.
void table::create_policy(located_name name, const policy_options& options)
{
    if (options.command == policy_command::insert && options.rows)
        refuse(fmt::format("The policy \"{}\" is for new rows only: give it new_rows, not rows.", name.text));
    if ((options.command == policy_command::select || options.command == policy_command::remove) && options.new_rows)
        refuse(fmt::format("The policy \"{}\" is for commands that write no rows: give it rows, not new_rows.",
                           name.text));
    add_statement(fmt::format("create policy {} on {}{}{}{}{}", quote_identifier(name.text), quote_qualified(name_),
                              options.restrictive ? " as restrictive" : "",
                              command_words[static_cast<std::size_t>(options.command)],
                              options.roles.empty() ? "" : " to " + roles_text(options.roles),
                              conditions_text(options.rows, options.new_rows)),
                  name.line)
        .locks_complete = !options.rows && !options.new_rows;
}

void table::alter_policy(located_name name, const policy_changes& changes)
{
    if (changes.roles.empty() && !changes.rows && !changes.new_rows)
        refuse(fmt::format("The policy \"{}\" is being altered, but nothing of it changes.", name.text));
    add_statement(fmt::format("alter policy {} on {}{}{}", quote_identifier(name.text), quote_qualified(name_),
                              changes.roles.empty() ? "" : " to " + roles_text(changes.roles),
                              conditions_text(changes.rows, changes.new_rows)),
                  name.line)
        .locks_complete = false; // the conditions that stay are read as well
}

void table::rename_policy(located_name from, const std::string& to)
{
    add_statement(fmt::format("alter policy {} on {} rename to {}", quote_identifier(from.text), quote_qualified(name_),
                              quote_identifier(to)),
                  from.line);
}

void table::drop_policy(located_name name, const drop_options& options)
{
    add_statement(fmt::format("drop policy {}{} on {}{}", options.if_exists ? "if exists " : "",
                              quote_identifier(name.text), quote_qualified(name_), options.cascade ? " cascade" : ""),
                  name.line);
}

grant_target::grant_target(const char* kind, std::string quoted_name, int line)
    : text_(fmt::format("{} {}", kind, quoted_name)), line_(line)
{}

grant_target grant_target::table(located_name name)
{
    return {"table", quote_qualified(name.text), name.line};
}

grant_target grant_target::sequence(located_name name)
{
    return {"sequence", quote_qualified(name.text), name.line};
}

grant_target grant_target::schema(located_name name)
{
    return {"schema", quote_identifier(name.text), name.line};
}

grant_target grant_target::type(located_name name)
{
    return {"type", quote_qualified(name.text), name.line};
}

grant_target grant_target::database(located_name name)
{
    return {"database", quote_identifier(name.text), name.line};
}

grant_target grant_target::all_tables_in(located_name schema)
{
    return {"all tables in schema", quote_identifier(schema.text), schema.line};
}

grant_target grant_target::all_sequences_in(located_name schema)
{
    return {"all sequences in schema", quote_identifier(schema.text), schema.line};
}

void schema_builder::grant(const privileges& rights, const grant_target& on, const role_names& to,
                           const grant_options& options)
{
    add(fmt::format("grant {} on {} to {}{}", rights_text(rights), on.text(), roles_text(to),
                    options.grant_option ? " with grant option" : ""),
        on.line());
}

void schema_builder::revoke(const privileges& rights, const grant_target& on, const role_names& from,
                            const revoke_options& options)
{
    add(fmt::format("revoke {}{} on {} from {}{}", options.grant_option_only ? "grant option for " : "",
                    rights_text(rights), on.text(), roles_text(from), options.cascade ? " cascade" : ""),
        on.line());
}

} // namespace lightdash::sql
