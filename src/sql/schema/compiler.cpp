// Writes described schema changes as PostgreSQL's statements, in Knex's order: the table with its columns, primary key
// and checks, then one statement for each other key and index.
#include "lightdash/core/error.hpp"
#include "lightdash/sql/identifier.hpp"
#include "lightdash/sql/schema/schema_builder.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace lightdash::sql {

namespace {

template <class... Visitors>
struct overloaded : Visitors... {
    using Visitors::operator()...;
};

std::string quote_list(const std::vector<std::string>& names)
{
    std::string list;
    for (const auto& name : names) {
        if (!list.empty())
            list += ", ";
        list += quote_identifier(name);
    }
    return list;
}

std::string quoted_name(const std::string& given, const table& owner, const std::vector<std::string>& columns,
                        const char* suffix)
{
    return quote_identifier(given.empty() ? conventional_name(owner.name(), columns, suffix) : given);
}

std::string_view spelled(referential_action action)
{
    switch (action) {
    case referential_action::restrict:
        return "restrict";
    case referential_action::cascade:
        return "cascade";
    case referential_action::set_null:
        return "set null";
    case referential_action::set_default:
        return "set default";
    case referential_action::no_action:
        break;
    }
    return "no action";
}

std::string column_text(const column_definition& column)
{
    auto text = quote_identifier(column.name) + ' ' + column.type;
    if (column.not_null)
        text += *column.not_null ? " not null" : " null";
    if (column.default_value)
        text += " default " + *column.default_value;
    return text;
}

std::string primary_key_text(const primary_key& key, const table& owner)
{
    return fmt::format("constraint {} primary key ({})", quoted_name(key.name, owner, {}, "pkey"),
                       quote_list(key.columns));
}

std::string check_text(const check& constraint)
{
    return fmt::format("constraint {} check ({})", quote_identifier(constraint.name), constraint.expression);
}

std::string foreign_key_text(const foreign_key& key, const table& owner)
{
    if (key.target_table.empty() || key.target_columns.empty())
        throw error{error_kind::internal,
                    fmt::format("The foreign key of \"{}\" ({}) names no target: add references() and in_table().",
                                owner.name(), fmt::join(key.columns, ", "))};
    auto text = fmt::format("constraint {} foreign key ({}) references {} ({})",
                            quoted_name(key.name, owner, key.columns, "foreign"), quote_list(key.columns),
                            quote_qualified(key.target_table), quote_list(key.target_columns));
    if (key.on_update)
        text += fmt::format(" on update {}", spelled(*key.on_update));
    if (key.on_delete)
        text += fmt::format(" on delete {}", spelled(*key.on_delete));
    return text;
}

class compiler {
public:
    void operator()(const create_table& change)
    {
        const auto& created = change.description;
        owner_ = &created;
        std::vector<std::string> parts;
        for (const auto& column : created.columns())
            parts.push_back(column_text(column.definition()));
        append_inline(parts, created);
        emit("create table {} ({})", quote_qualified(created.name()), fmt::join(parts, ", "));
        add_column_keys(created);
        for (const auto& item : created.items())
            std::visit(overloaded{[](const primary_key&) {}, // inline
                                  [](const check&) {},       // inline
                                  [&](const unique_key& key) { add(key); }, [&](const foreign_key& key) { add(key); },
                                  [&](const index& made) { add(made); },
                                  [&](const auto&) {
                                      throw error{
                                          error_kind::internal,
                                          fmt::format(
                                              "Table \"{}\" is being created: nothing of it can be dropped, renamed or "
                                              "changed yet.",
                                              created.name())};
                                  }},
                       item);
    }

    void operator()(const alter_table& change)
    {
        const auto& altered = change.description;
        owner_ = &altered;
        std::vector<std::string> parts;
        for (const auto& column : altered.columns())
            parts.push_back("add column " + column_text(column.definition()));
        if (!parts.empty())
            emit("alter table {} {}", quote_qualified(altered.name()), fmt::join(parts, ", "));
        if (const auto key = column_primary_key(altered))
            add(*key);
        add_column_keys(altered);
        for (const auto& item : altered.items())
            std::visit([&](const auto& one) { add(one); }, item);
    }

    void operator()(const drop_table& change)
    {
        emit("drop table {}{}", change.if_exists ? "if exists " : "", quote_qualified(change.name));
    }

    void operator()(const rename_table& change)
    {
        emit("alter table {} rename to {}", quote_qualified(change.from), quote_identifier(change.to));
    }

    void operator()(const raw& text) { statements_.push_back(text.text()); }

    std::vector<std::string> take() && { return std::move(statements_); }

private:
    static std::optional<primary_key> column_primary_key(const table& described)
    {
        primary_key key;
        for (const auto& column : described.columns())
            if (column.definition().primary)
                key.columns.push_back(column.definition().name);
        return key.columns.empty() ? std::nullopt : std::optional{key};
    }

    static void append_inline(std::vector<std::string>& parts, const table& created)
    {
        if (const auto key = column_primary_key(created))
            parts.push_back(primary_key_text(*key, created));
        for (const auto& item : created.items()) {
            if (const auto* key = std::get_if<primary_key>(&item))
                parts.push_back(primary_key_text(*key, created));
            else if (const auto* constraint = std::get_if<check>(&item))
                parts.push_back(check_text(*constraint));
        }
    }

    void add_column_keys(const table& described)
    {
        for (const auto& column : described.columns()) {
            const auto& definition = column.definition();
            if (definition.unique_name)
                add(unique_key{{definition.name}, *definition.unique_name});
            if (definition.foreign)
                add(*definition.foreign);
            if (definition.index_name)
                add(index{{definition.name}, *definition.index_name});
        }
    }

    void add(const primary_key& key) { alter("add {}", primary_key_text(key, *owner_)); }
    void add(const check& constraint) { alter("add {}", check_text(constraint)); }
    void add(const foreign_key& key) { alter("add {}", foreign_key_text(key, *owner_)); }
    void add(const unique_key& key)
    {
        alter("add constraint {} unique ({})", quoted_name(key.name, *owner_, key.columns, "unique"),
              quote_list(key.columns));
    }
    void add(const index& made)
    {
        emit("create index {} on {} ({})", quoted_name(made.name, *owner_, made.columns, "index"),
             quote_qualified(owner_->name()), quote_list(made.columns));
    }
    void add(const drop_column& change) { alter("drop column {}", quote_identifier(change.name)); }
    void add(const drop_constraint& change) { alter("drop constraint {}", quote_identifier(change.name)); }
    void add(const drop_index& change)
    {
        // An index lives in the schema of its table, whatever the search path says.
        const auto dot = owner_->name().rfind('.');
        const auto schema = dot == std::string::npos ? "" : quote_qualified(owner_->name().substr(0, dot)) + '.';
        emit("drop index {}{}", schema, quote_identifier(change.name));
    }
    void add(const rename_column& change)
    {
        alter("rename column {} to {}", quote_identifier(change.from), quote_identifier(change.to));
    }
    void add(const change_nullability& change)
    {
        alter("alter column {} {} not null", quote_identifier(change.column), change.not_null ? "set" : "drop");
    }

    template <class... Args>
    void alter(fmt::format_string<Args...> format, Args&&... args)
    {
        statements_.push_back("alter table " + quote_qualified(owner_->name()) + ' ' +
                              fmt::format(format, std::forward<Args>(args)...));
    }
    template <class... Args>
    void emit(fmt::format_string<Args...> format, Args&&... args)
    {
        statements_.push_back(fmt::format(format, std::forward<Args>(args)...));
    }

    const table* owner_ = nullptr; // the table of the change at hand
    std::vector<std::string> statements_;
};

} // namespace

std::vector<std::string> compile(const schema_builder& schema)
{
    compiler writer;
    for (const auto& change : schema.changes())
        std::visit(writer, change);
    return std::move(writer).take();
}

} // namespace lightdash::sql
