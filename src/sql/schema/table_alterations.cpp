// What changes of a table that is there. Each lock is PostgreSQL's (manual, ALTER TABLE), and the integration tests
// compare it with pg_locks.
#include "lightdash/sql/identifier.hpp"
#include "lightdash/sql/schema/table.hpp"
#include "sql/schema/column_text.hpp"
#include "sql/schema/schema_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lightdash::sql {

namespace {

std::string_view if_exists(bool wanted)
{
    return wanted ? "if exists " : "";
}

std::string_view cascade(bool wanted)
{
    return wanted ? " cascade" : "";
}

std::string dropped(const std::vector<std::string>& columns, const drop_options& options)
{
    std::string actions;
    for (const auto& column : columns)
        actions += fmt::format("{}drop column {}{}{}", actions.empty() ? "" : ", ", if_exists(options.if_exists),
                               quote_identifier(column), cascade(options.cascade));
    return actions;
}

} // namespace

void table::with(located_name parameter, const constant& value)
{
    require_word(parameter.text);
    if (creating())
        creation_.storage.emplace_back(std::move(parameter.text), value.literal());
    else
        alter("with()", fmt::format("set ({} = {})", parameter.text, value.literal()), parameter.line,
              table_lock::share_update_exclusive);
}

void table::reset(located_name parameter)
{
    require_word(parameter.text);
    alter("reset()", fmt::format("reset ({})", parameter.text), parameter.line, table_lock::share_update_exclusive);
}

// A foreign key of a dropped column goes with it, and its target is locked: locks_complete is false.
void table::drop_column(located_name name, const drop_options& options)
{
    alter("drop_column()", dropped({name.text}, options), name.line).locks_complete = false;
}

void table::drop_columns(const column_names& names, const drop_options& options)
{
    if (names.list().empty())
        refuse(fmt::format("No column of \"{}\" is named to be dropped.", name_));
    alter("drop_columns()", dropped(names.list(), options), names.line()).locks_complete = false;
}

void table::drop_timestamps(bool camel_case, std::source_location where)
{
    if (camel_case)
        drop_columns(column_names{{"createdAt", "updatedAt"}, where});
    else
        drop_columns(column_names{{"created_at", "updated_at"}, where});
}

void table::rename_column(located_name from, const std::string& to)
{
    alter("rename_column()", fmt::format("rename {} to {}", quote_identifier(from.text), quote_identifier(to)),
          from.line);
}

void table::comment_column(located_name column, const std::string& text)
{
    require_altering("comment_column()");
    schema_statement made;
    made.text = comment_text("column", quote_qualified(name_) + '.' + quote_identifier(column.text), text);
    made.locks = {{name_, table_lock::share_update_exclusive}};
    made.line = column.line;
    items_.push_back({std::move(made), column.line});
}

schema_statement& table::alter_column(const char* verb, const located_name& column, const std::string& action,
                                      table_lock lock)
{
    return alter(verb, fmt::format("alter column {} {}", quote_identifier(column.text), action), column.line, lock);
}

void table::set_type(located_name column, const std::string& type)
{
    set_type(column, type, raw::trusted(fmt::format("{}::{}", quote_identifier(column.text), type)));
}

void table::set_type(located_name column, const std::string& type, const expression& conversion)
{
    // Foreign keys of the column are made again, which locks the tables at their other ends.
    alter_column("set_type()", column, fmt::format("type {} using ({})", type, inlined(conversion))).locks_complete =
        false;
}

void table::set_default(located_name column, const constant& value)
{
    alter_column("set_default()", column, "set default " + value.quoted());
}

void table::drop_default(located_name column)
{
    alter_column("drop_default()", column, "drop default");
}

void table::set_not_null(located_name column)
{
    alter_column("set_not_null()", column, "set not null");
}

void table::drop_not_null(located_name column)
{
    alter_column("drop_not_null()", column, "drop not null");
}

void table::add_identity(located_name column, identity_kind kind, const sequence_options& options)
{
    alter_column("add_identity()", column, "add " + identity_text(kind, options));
}

void table::drop_identity(located_name column, const drop_options& options)
{
    alter_column("drop_identity()", column, options.if_exists ? "drop identity if exists" : "drop identity");
}

void table::drop_generation(located_name column, const drop_options& options)
{
    alter_column("drop_generation()", column, options.if_exists ? "drop expression if exists" : "drop expression");
}

void table::set_statistics(located_name column, int target)
{
    alter_column("set_statistics()", column, fmt::format("set statistics {}", target),
                 table_lock::share_update_exclusive);
}

namespace {

struct droppable {
    const char* verb;
    const char* suffix;  // of the name that the rule makes
    const char* by_name; // the verb that takes a name
};
constexpr droppable by_unique{"drop_unique", "unique", "drop_constraint"};
constexpr droppable by_foreign{"drop_foreign", "foreign", "drop_constraint"};
constexpr droppable by_index{"drop_index", "index", "drop_index_named"};
constexpr droppable by_unique_index{"drop_unique_index", "unique", "drop_index_named"};

// "idx_users_email", "users_email_index", "users_email_key": no column of "users" is called so.
bool is_called_like_an_index(std::string_view name, std::string_view table)
{
    if (name.starts_with("idx_"))
        return true;
    table.remove_prefix(table.rfind('.') + 1); // npos + 1 is 0
    static constexpr std::string_view endings[] = {"_index", "_idx", "_unique", "_key", "_foreign", "_fkey"};
    return name.starts_with(table) && name.substr(table.size()).starts_with('_') &&
           std::ranges::any_of(endings, [&](std::string_view ending) { return name.ends_with(ending); });
}

std::string name_to_drop(const std::string& table, const column_names& columns, std::string given,
                         const droppable& what)
{
    if (!given.empty())
        return given;
    auto name = conventional_name(table, columns.list(), what.suffix);
    if (const auto& list = columns.list(); list.size() == 1 && is_called_like_an_index(list.front(), table))
        refuse(fmt::format("{0}(\"{1}\") takes columns: that would drop \"{2}\". To drop what is called \"{1}\" write "
                           "{3}(\"{1}\").",
                           what.verb, list.front(), name, what.by_name));
    return name;
}

located_name index_to_drop(const std::string& table, const column_names& columns, std::string given,
                           const droppable& what)
{
    located_name made{name_to_drop(table, columns, std::move(given), what)};
    made.line = columns.line();
    return made;
}

} // namespace

void table::drop_constraint_named(const std::string& name, int line, const drop_options& options)
{
    // A foreign key locks its target too; only the catalog knows which table that is.
    alter("drop_constraint()",
          fmt::format("drop constraint {}{}{}", if_exists(options.if_exists), quote_identifier(name),
                      cascade(options.cascade)),
          line)
        .locks_complete = false;
}

void table::drop_primary(located_name name, const drop_options& options)
{
    drop_constraint_named(name.text.empty() ? conventional_name(name_, {}, "pkey") : name.text, name.line, options);
}

void table::drop_unique(const column_names& columns, std::string name, const drop_options& options)
{
    drop_constraint_named(name_to_drop(name_, columns, std::move(name), by_unique), columns.line(), options);
}

void table::drop_foreign(const column_names& columns, std::string name, const drop_options& options)
{
    drop_constraint_named(name_to_drop(name_, columns, std::move(name), by_foreign), columns.line(), options);
}

void table::drop_check(located_name name, const drop_options& options)
{
    drop_constraint_named(name.text, name.line, options);
}

void table::drop_constraint(located_name name, const drop_options& options)
{
    drop_constraint_named(name.text, name.line, options);
}

void table::drop_index(const column_names& columns, std::string name, const drop_index_options& options)
{
    drop_index_named(index_to_drop(name_, columns, std::move(name), by_index), options);
}

void table::drop_unique_index(const column_names& columns, std::string name, const drop_index_options& options)
{
    drop_index_named(index_to_drop(name_, columns, std::move(name), by_unique_index), options);
}

void table::drop_index_named(located_name name, const drop_index_options& options)
{
    require_altering("drop_index()");
    if (options.concurrently && options.cascade)
        refuse("An index that is dropped concurrently cannot take along what depends on it.");
    schema_statement made;
    made.text =
        fmt::format("drop index {}{}{}{}{}", options.concurrently ? "concurrently " : "", if_exists(options.if_exists),
                    schema_prefix(name_), quote_identifier(name.text), cascade(options.cascade));
    made.locks = {{name_, options.concurrently ? table_lock::share_update_exclusive : table_lock::access_exclusive}};
    made.locks_complete = !options.cascade;
    made.transactional = !options.concurrently;
    made.line = name.line;
    items_.push_back({std::move(made), name.line});
}

void table::rename_constraint(located_name from, const std::string& to)
{
    alter("rename_constraint()",
          fmt::format("rename constraint {} to {}", quote_identifier(from.text), quote_identifier(to)), from.line);
}

void table::rename_index(located_name from, const std::string& to)
{
    require_altering("rename_index()");
    schema_statement made;
    made.text = fmt::format("alter index {}{} rename to {}", schema_prefix(name_), quote_identifier(from.text),
                            quote_identifier(to));
    made.line = from.line; // no lock on the table (PostgreSQL 12 and later)
    items_.push_back({std::move(made), from.line});
}

void table::validate_constraint(located_name name)
{
    // A foreign key reads its target under ROW SHARE; only the catalog knows which table that is.
    alter("validate_constraint()", "validate constraint " + quote_identifier(name.text), name.line,
          table_lock::share_update_exclusive)
        .locks_complete = false;
}

void table::attach_partition(located_name partition, const partition_bounds& bounds)
{
    auto& made = alter("attach_partition()",
                       fmt::format("attach partition {} {}", quote_qualified(partition.text), bounds.text()),
                       partition.line, table_lock::share_update_exclusive);
    made.locks.push_back({partition.text, table_lock::access_exclusive});
    made.locks_complete = false; // the partition for the rest, if there is one, is scanned
}

void table::detach_partition(located_name partition, detaching how)
{
    const bool concurrently = how == detaching::concurrently;
    auto& made = alter("detach_partition()",
                       fmt::format("detach partition {}{}", quote_qualified(partition.text),
                                   concurrently                 ? " concurrently"
                                   : how == detaching::finalize ? " finalize"
                                                                : ""),
                       partition.line,
                       how == detaching::plain ? table_lock::access_exclusive : table_lock::share_update_exclusive);
    made.locks.push_back({partition.text, table_lock::access_exclusive});
    made.locks_complete = false; // the targets of foreign keys
    made.transactional = !concurrently;
}

void table::inherit(located_name parent)
{
    alter("inherit()", "inherit " + quote_qualified(parent.text), parent.line)
        .locks.push_back({parent.text, table_lock::share_update_exclusive});
}

void table::no_inherit(located_name parent)
{
    alter("no_inherit()", "no inherit " + quote_qualified(parent.text), parent.line)
        .locks.push_back({parent.text, table_lock::access_share});
}

void table::set_schema(located_name schema)
{
    alter("set_schema()", "set schema " + quote_identifier(schema.text), schema.line);
}

void table::set_logged(std::source_location where)
{
    alter("set_logged()", "set logged", static_cast<int>(where.line())).locks_complete =
        false; // reads other ends of keys
}

void table::set_unlogged(std::source_location where)
{
    alter("set_unlogged()", "set unlogged", static_cast<int>(where.line())).locks_complete = false; // likewise
}

} // namespace lightdash::sql
