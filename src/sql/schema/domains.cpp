// Domains: made, altered, dropped.
#include "lightdash/sql/identifier.hpp"
#include "lightdash/sql/schema/schema_builder.hpp"
#include "sql/schema/column_text.hpp"
#include "sql/schema/schema_text.hpp"

#include <fmt/format.h>

namespace lightdash::sql {

schema_statement& domain::alter(const std::string& action, int line)
{
    schema_statement made;
    made.text = fmt::format("alter domain {} {}", quote_qualified(name_), action);
    made.line = line;
    return changes_.emplace_back(std::move(made));
}

void domain::set_default(const constant& value, std::source_location where)
{
    alter("set default " + value.quoted(), static_cast<int>(where.line()));
}

void domain::drop_default(std::source_location where)
{
    alter("drop default", static_cast<int>(where.line()));
}

// What is checked are the columns of that domain: their tables are locked (SHARE), and only the catalog knows them.
void domain::set_not_null(std::source_location where)
{
    alter("set not null", static_cast<int>(where.line())).locks_complete = false;
}

void domain::drop_not_null(std::source_location where)
{
    alter("drop not null", static_cast<int>(where.line()));
}

void domain::check(located_name name, const expression& condition)
{
    alter(fmt::format("add constraint {} check ({})", quote_identifier(name.text), inlined(condition)), name.line)
        .locks_complete = false;
}

void domain::check_not_valid(located_name name, const expression& condition)
{
    alter(fmt::format("add constraint {} check ({}) not valid", quote_identifier(name.text), inlined(condition)),
          name.line);
}

void domain::validate_constraint(located_name name)
{
    alter("validate constraint " + quote_identifier(name.text), name.line).locks_complete = false;
}

void domain::rename_constraint(located_name from, const std::string& to)
{
    alter(fmt::format("rename constraint {} to {}", quote_identifier(from.text), quote_identifier(to)), from.line);
}

void domain::drop_constraint(located_name name, const drop_options& options)
{
    alter(fmt::format("drop constraint {}{}{}", options.if_exists ? "if exists " : "", quote_identifier(name.text),
                      options.cascade ? " cascade" : ""),
          name.line)
        .locks_complete = !options.cascade;
}

void domain::set_schema(located_name schema)
{
    alter("set schema " + quote_identifier(schema.text), schema.line);
}

void schema_builder::create_domain(located_name name, const std::string& type, const domain_options& options)
{
    auto text = fmt::format("create domain {} as {}", quote_qualified(name.text), type);
    if (options.default_to)
        text += " default " + default_text(*options.default_to, type);
    if (options.not_null)
        text += " not null";
    if (options.check) {
        if (!options.check_name.empty())
            text += " constraint " + quote_identifier(options.check_name);
        text += fmt::format(" check ({})", inlined(*options.check));
    }
    add(std::move(text), name.line);
}

void schema_builder::drop_domain(located_name name, const drop_options& options)
{
    drop("domain", quote_qualified(name.text), name.line, options);
}

void schema_builder::alter_domain(located_name name, const std::function<void(domain&)>& describe)
{
    domain altered{std::move(name.text)};
    describe(altered);
    changes_.insert(changes_.end(), altered.changes().begin(), altered.changes().end());
}

} // namespace lightdash::sql
