// Writes described schema changes as PostgreSQL's statements, in Knex's order: the table with its columns, primary key
// and checks, then its comments, then one statement for each other key and index.
#include "lightdash/sql/identifier.hpp"
#include "lightdash/sql/schema/schema_builder.hpp"
#include "sql/schema/column_text.hpp"
#include "sql/schema/constraint_text.hpp"
#include "sql/schema/schema_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace lightdash::sql {

namespace {

class table_compiler {
public:
    table_compiler(const table& described, std::vector<schema_statement>& statements)
        : described_(described), statements_(statements)
    {}

    void write()
    {
        create_enums();
        if (described_.creating())
            create();
        else
            add_columns();
        comment();
        if (!described_.creating())
            add_column_primary_key();
        for (const auto& column : described_.columns())
            add_keys(column.definition());
        for (const auto& item : described_.items())
            std::visit([&](const auto& what) { add(what, item.line); }, item.what);
    }

private:
    const std::string& name() const { return described_.name(); }
    bool only_if_missing() const { return described_.change() == table_change::create_if_not_exists; }
    std::string quoted() const { return quote_qualified(name()); }

    schema_statement& emit(std::string text, int line)
    {
        schema_statement made;
        made.text = std::move(text);
        made.line = line;
        return statements_.emplace_back(std::move(made));
    }

    // A change of the table itself, which exists by now.
    schema_statement& alter(const std::string& action, int line, table_lock lock = table_lock::access_exclusive)
    {
        auto& made = emit(fmt::format("alter table {}{} {}",
                                      described_.change() == table_change::alter_if_exists ? "if exists " : "",
                                      quoted(), action),
                          line);
        made.locks = {{name(), lock}};
        return made;
    }

    void create_enums()
    {
        for (const auto& column : described_.columns()) {
            const auto& made = column.definition();
            if (made.new_enum_values.empty())
                continue;
            if (only_if_missing() || made.if_not_exists)
                refuse(fmt::format("Column \"{}\" of \"{}\" may be there already, and its type too: create the type by "
                                   "itself and use of_type().",
                                   made.name, name()));
            emit(enum_text(made.type, made.new_enum_values), made.line);
        }
    }

    bool has_primary_key() const
    {
        return std::ranges::any_of(described_.columns(), [](const auto& c) { return c.definition().primary; }) ||
               std::ranges::any_of(described_.items(),
                                   [](const auto& i) { return std::holds_alternative<primary_key>(i.what); });
    }

    std::optional<primary_key> column_primary_key() const
    {
        std::vector<std::string> columns;
        for (const auto& column : described_.columns())
            if (column.definition().primary && !column.definition().if_not_exists)
                columns.push_back(column.definition().name);
        return columns.empty() ? std::nullopt : std::optional{primary_key{std::move(columns), {}}};
    }

    void create()
    {
        const auto& around = described_.creation();
        std::vector<std::string> parts;
        if (!around.like.empty())
            parts.push_back(fmt::format("like {} including all", quote_qualified(around.like)));
        const bool inline_primary = !has_primary_key();
        for (const auto& column : described_.columns()) {
            if (column.definition().if_not_exists)
                refuse(fmt::format("Column \"{}\" of \"{}\" cannot be there before its table.",
                                   column.definition().name, name()));
            parts.push_back(column_text(column.definition(), inline_primary));
        }
        if (const auto key = column_primary_key())
            parts.push_back(constraint_text(*key, name()));
        if (only_if_missing())
            append_column_keys(parts);
        for (const auto& item : described_.items())
            append_inline(parts, item);

        auto& made = emit(
            fmt::format("create {}{}table {}{}{}{}{}{}{}", around.temporary ? "temporary " : "",
                        around.unlogged ? "unlogged " : "", only_if_missing() ? "if not exists " : "", quoted(),
                        partition_text(parts),
                        around.inherits.empty() ? "" : fmt::format(" inherits ({})", quote_qualified(around.inherits)),
                        around.partition_by.empty() ? "" : " partition by " + around.partition_by,
                        storage_text(around.storage), on_commit_text()),
            described_.line());
        if (!around.like.empty())
            made.locks.push_back({around.like, table_lock::access_share});
        if (!around.inherits.empty())
            made.locks.push_back({around.inherits, table_lock::share_update_exclusive});
        if (!around.partition_of.empty())
            made.locks.push_back({around.partition_of, table_lock::access_exclusive});
        if (only_if_missing())
            for (const auto& key : inline_foreign_keys())
                lock(made, key.definition().target_table, table_lock::share_row_exclusive);
    }

    std::string partition_text(const std::vector<std::string>& parts) const
    {
        const auto& around = described_.creation();
        if (around.partition_of.empty())
            return fmt::format(" ({})", fmt::join(parts, ", "));
        return fmt::format(" partition of {}{} {}", quote_qualified(around.partition_of),
                           parts.empty() ? "" : fmt::format(" ({})", fmt::join(parts, ", ")), around.bounds);
    }

    std::string_view on_commit_text() const
    {
        const auto& action = described_.creation().on_commit;
        if (!action)
            return "";
        switch (*action) {
        case commit_action::delete_rows:
            return " on commit delete rows";
        case commit_action::drop:
            return " on commit drop";
        case commit_action::preserve_rows:
            break;
        }
        return " on commit preserve rows";
    }

    void append_column_keys(std::vector<std::string>& parts) const
    {
        for (const auto& column : described_.columns()) {
            const auto& made = column.definition();
            if (made.unique_name)
                parts.push_back(constraint_text(unique_key{{made.name}, *made.unique_name}, name()));
            if (made.foreign)
                parts.push_back(constraint_text(*made.foreign, name()));
        }
    }

    // Everything of a table that is left out when it is there already; otherwise what Knex writes there.
    void append_inline(std::vector<std::string>& parts, const table_item& item) const
    {
        if (const auto* key = std::get_if<primary_key>(&item.what)) {
            if (!key->definition().using_index.empty())
                refuse(
                    fmt::format("Table \"{}\" is being created, so its primary key cannot take over the index \"{}\".",
                                name(), key->definition().using_index));
            parts.push_back(constraint_text(*key, name()));
        } else if (const auto* condition = std::get_if<check>(&item.what))
            parts.push_back(constraint_text(condition->definition()));
        else if (!only_if_missing())
            return;
        else if (const auto* unique = std::get_if<unique_key>(&item.what))
            parts.push_back(constraint_text(*unique, name()));
        else if (const auto* foreign = std::get_if<foreign_key>(&item.what))
            parts.push_back(constraint_text(*foreign, name()));
        else if (const auto* excluded = std::get_if<exclusion>(&item.what))
            parts.push_back(constraint_text(*excluded, name()));
    }

    std::vector<foreign_key> inline_foreign_keys() const
    {
        std::vector<foreign_key> keys;
        for (const auto& column : described_.columns())
            if (column.definition().foreign)
                keys.push_back(*column.definition().foreign);
        for (const auto& item : described_.items())
            if (const auto* key = std::get_if<foreign_key>(&item.what))
                keys.push_back(*key);
        return keys;
    }

    void add_columns()
    {
        std::string actions;
        std::vector<std::string> targets;
        for (const auto& column : described_.columns()) {
            const auto& made = column.definition();
            actions += fmt::format("{}add column {}{}{}", actions.empty() ? "" : ", ",
                                   made.if_not_exists ? "if not exists " : "", column_text(made, !has_primary_key()),
                                   made.if_not_exists ? column_keys_text(made, name()) : "");
            if (made.if_not_exists && made.foreign)
                targets.push_back(made.foreign->definition().target_table);
        }
        if (actions.empty())
            return;
        auto& made = alter(actions, described_.columns().front().definition().line);
        for (const auto& target : targets)
            lock(made, target, table_lock::share_row_exclusive);
    }

    void comment()
    {
        if (const auto& text = described_.creation().comment)
            emit(comment_text("table", quoted(), *text), described_.line()).locks = {
                {name(), table_lock::share_update_exclusive}};
        for (const auto& column : described_.columns()) {
            const auto& made = column.definition();
            if (made.comment)
                emit(comment_text("column", quoted() + '.' + quote_identifier(made.name), *made.comment), made.line)
                    .locks = {{name(), table_lock::share_update_exclusive}};
        }
    }

    void add_column_primary_key()
    {
        if (const auto key = column_primary_key())
            alter("add " + constraint_text(*key, name()), described_.line());
    }

    void add_keys(const column_definition& column)
    {
        const bool inlined = column.if_not_exists;
        if (column.unique_name && !inlined)
            add(unique_key{{column.name}, *column.unique_name}, column.line);
        if (column.foreign && !inlined)
            add(*column.foreign, column.line);
        if (column.index_name) {
            index added{{column.name}, *column.index_name, false};
            if (inlined)
                added.if_not_exists();
            add(added, column.line);
        }
    }

    void add(const primary_key& key, int line)
    {
        if (!described_.creating())
            alter("add " + constraint_text(key, name()), line);
    }
    void add(const check& condition, int line)
    {
        if (!described_.creating())
            alter("add " + constraint_text(condition.definition()), line);
    }
    void add(const unique_key& key, int line)
    {
        if (!only_if_missing())
            alter("add " + constraint_text(key, name()), line);
    }
    void add(const foreign_key& key, int line)
    {
        if (only_if_missing())
            return;
        auto& made = alter("add " + constraint_text(key, name()), line, table_lock::share_row_exclusive);
        lock(made, key.definition().target_table, table_lock::share_row_exclusive);
    }
    void add(const exclusion& constraint, int line)
    {
        if (!only_if_missing())
            alter("add " + constraint_text(constraint, name()), line);
    }
    void add(const index& added, int line)
    {
        auto definition = added.definition();
        definition.if_not_exists = definition.if_not_exists || only_if_missing();
        auto& made = emit(index_text(definition, name()), line);
        made.locks = {{name(), definition.concurrently ? table_lock::share_update_exclusive : table_lock::share}};
        made.transactional = !definition.concurrently;
    }
    void add(const schema_statement& change, int) { statements_.push_back(change); }

    static void lock(schema_statement& made, const std::string& table, table_lock lock)
    {
        if (std::ranges::none_of(made.locks, [&](const auto& one) { return one.table == table; }))
            made.locks.push_back({table, lock});
    }

    const table& described_;
    std::vector<schema_statement>& statements_;
};

} // namespace

std::vector<schema_statement> compile(const schema_builder& schema)
{
    std::vector<schema_statement> statements;
    for (const auto& change : schema.changes()) {
        if (const auto* described = std::get_if<table>(&change))
            table_compiler{*described, statements}.write();
        else
            statements.push_back(std::get<schema_statement>(change));
    }
    return statements;
}

std::string to_string(const schema_builder& schema)
{
    std::string text;
    for (const auto& statement : compile(schema))
        text += (text.empty() ? "" : ";\n") + statement.text;
    return text;
}

} // namespace lightdash::sql
