// Connections as other slices use them: projects have one of their own, or one of the organization's.
#pragma once

#include "lightdash/core/describe.hpp"
#include "lightdash/sql/builder.hpp"
#include "modules/shared/caller.hpp"
#include "modules/shared/sealing.hpp"
#include "modules/warehouses/door.hpp" // the way to a warehouse
#include "modules/warehouses/model.hpp"

#include <optional>
#include <string_view>

namespace lightdash::warehouses {

// A row of warehouse_connections, of which a draft makes all but its name and owner.
struct connection_row {
    credentials_id id;
    warehouse_type type;
    jsonb<postgres_settings> config;
    pg::bytes encrypted_credentials;
    std::string key_id;
};
LIGHTDASH_DESCRIBE(connection_row, id, type, config, encrypted_credentials, key_id)

// What is stored of one.
struct stored_connection {
    credentials_id id;
    warehouse_type type;
    pg::json_text config;
    sealed_columns credentials;
};
LIGHTDASH_DESCRIBE(stored_connection, id, type, config, credentials)

// Of warehouse_connections by its alias: what a struct that begins as stored_connection reads.
template <class Row>
sql::column_list stored_columns(std::string_view alias)
{
    const auto column = [&](std::string_view name) { return sql::ref(std::string{alias} + '.' + std::string{name}); };
    return sql::columns_of<Row>(alias)
        .set("credentials_encrypted", column("encrypted_credentials"))
        .set("credentials_key_id", column("key_id"));
}

// What is told of one: its settings and its type, a jsonb.
sql::expression told_settings(std::string_view alias);

postgres_settings settings_of(const stored_connection& stored);
postgres_secrets secrets_of(const stored_connection& stored, organization_id owner, const sealing& with);
// Both. Throws invalid_parameter for a type that this version cannot connect to.
opened_connection opened(const stored_connection& stored, organization_id owner, const sealing& with);

// Makes the row of a draft whose secrets are completed from what is stored, under the id of that, or a new one. Throws
// as require_postgres() and complete_secrets(), and what sealing throws.
connection_row sealed_row(const connection_draft& draft, std::string_view pointer,
                          const std::optional<stored_connection>& stored, const caller& who, const sealing& with);

// Sets the connection that a project has of its own, for a statement's with(): a row that returns its id. From the rows
// p of `projects`, a query; the statement binds a connection_row and a caller.
sql::insert connection_of_project(const sql::select& projects);

// Takes away the connection that a project has of its own and does not use any more.
sql::prepared_for<caller, project_id> unused_connection_removal();

// There are such credentials in the caller's organization.
sql::condition are_credentials(const sql::expression& id);

} // namespace lightdash::warehouses
