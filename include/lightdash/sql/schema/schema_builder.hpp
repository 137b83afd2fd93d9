// Describes changes of a schema; compile() writes them as PostgreSQL's statements. No server is needed for either.
#pragma once

#include "lightdash/sql/raw.hpp"
#include "lightdash/sql/schema/domain.hpp"
#include "lightdash/sql/schema/drop_options.hpp"
#include "lightdash/sql/schema/grant.hpp"
#include "lightdash/sql/schema/located_name.hpp"
#include "lightdash/sql/schema/schema_statement.hpp"
#include "lightdash/sql/schema/sequence_options.hpp"
#include "lightdash/sql/schema/table.hpp"
#include "lightdash/sql/schema/type_options.hpp"
#include "lightdash/sql/schema/view.hpp"

#include <functional>
#include <source_location>
#include <string>
#include <variant>
#include <vector>

namespace lightdash::sql {

using schema_change = std::variant<table, schema_statement>;

// Names of tables, views, types and sequences may be qualified with a dot: "reports.monthly". Every verb may throw
// error_kind::internal on a description that has no meaning and on names that cannot be.
class schema_builder {
public:
    using description = std::function<void(table&)>;

    void create_table(located_name name, const description& describe);
    // Leaves out the keys and indexes together with the table, unlike Knex.
    void create_table_if_not_exists(located_name name, const description& describe);
    // With all columns, defaults, checks and indexes of another table, and with what is described beside them.
    void create_table_like(located_name name, std::string source, const description& describe = {});
    void alter_table(located_name name, const description& describe);
    void alter_table_if_exists(located_name name, const description& describe);
    void drop_table(located_name name, const drop_options& options = {});
    void drop_table_if_exists(located_name name) { drop_table(std::move(name), {.if_exists = true}); }
    void rename_table(located_name from, const std::string& to);

    // Views. The query is a select, or raw text.
    void create_view(located_name name, const expression& query, const view_options& options = {});
    // Keeps the rights and what depends on the view; columns can only be added, at the end.
    void create_or_replace_view(located_name name, const expression& query, const view_options& options = {});
    void alter_view(located_name name, const std::function<void(view&)>& describe);
    void rename_view(located_name from, const std::string& to);
    void drop_view(located_name name, const drop_options& options = {});
    void create_materialized_view(located_name name, const expression& query,
                                  const materialized_view_options& options = {});
    void refresh_materialized_view(located_name name, const refresh_options& options = {});
    void rename_materialized_view(located_name from, const std::string& to);
    void set_materialized_view_schema(located_name view, const std::string& schema);
    void drop_materialized_view(located_name name, const drop_options& options = {});

    // Schemas and extensions.
    void create_schema(located_name name, const create_options& options = {});
    void rename_schema(located_name from, const std::string& to);
    void drop_schema(located_name name, const drop_options& options = {});
    void create_extension(located_name name, const extension_options& options = {});
    void set_extension_schema(located_name extension, const std::string& schema);
    void drop_extension(located_name name, const drop_options& options = {});

    // Types. A new value of an enum cannot be used in the transaction that adds it (SQLSTATE 55P04), unless that
    // created the type as well.
    void create_enum(located_name name, const std::vector<std::string>& values);
    void add_enum_value(located_name type, const std::string& value, const enum_value_options& options = {});
    void rename_enum_value(located_name type, const std::string& from, const std::string& to);
    void create_domain(located_name name, const std::string& type, const domain_options& options = {});
    void alter_domain(located_name name, const std::function<void(domain&)>& describe);
    void drop_domain(located_name name, const drop_options& options = {});
    void rename_type(located_name from, const std::string& to);
    void set_type_schema(located_name type, const std::string& schema);
    void drop_type(located_name name, const drop_options& options = {});

    void create_sequence(located_name name, const sequence_options& options = {});
    void alter_sequence(located_name name, const sequence_options& options);
    void rename_sequence(located_name from, const std::string& to);
    void set_sequence_schema(located_name sequence, const std::string& schema);
    void drop_sequence(located_name name, const drop_options& options = {});

    // Rights. Row-level security is described with its table.
    void grant(const privileges& rights, const grant_target& on, const role_names& to,
               const grant_options& options = {});
    void revoke(const privileges& rights, const grant_target& on, const role_names& from,
                const revoke_options& options = {});

    // One statement as it is; values that were given to raw() become literals in it.
    void raw(raw_literal text, std::source_location where = std::source_location::current());
    void raw(const sql::raw& text, std::source_location where = std::source_location::current());

    const std::vector<schema_change>& changes() const noexcept { return changes_; }

private:
    void describe_table(table described, const description& describe);
    schema_statement& add(std::string text, int line);
    schema_statement& drop(const char* kind, const std::string& quoted_name, int line, const drop_options& options);
    schema_statement& rename(const char* kind, const located_name& from, const std::string& to);
    schema_statement& move(const char* kind, const located_name& from, const std::string& schema);

    std::vector<schema_change> changes_;
};

// The statements, in the order in which they must run. Throws error_kind::internal on a description that has no meaning
// (a foreign key without a table) and on names that cannot be.
std::vector<schema_statement> compile(const schema_builder& schema);

// All of them as people read them, one a line with a semicolon between.
std::string to_string(const schema_builder& schema);

} // namespace lightdash::sql
