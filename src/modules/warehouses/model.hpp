// Connections to warehouses: what the API tells and takes of them, and what of it is secret.
#pragma once

#include "lightdash/core/describe.hpp"
#include "lightdash/core/secret.hpp"
#include "lightdash/json/json.hpp"
#include "modules/shared/ids.hpp"
#include "modules/shared/jsonb.hpp"
#include "modules/shared/values.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lightdash::warehouses {

// As Lightdash's contract lists them.
enum class warehouse_type : unsigned char {
    bigquery,
    postgres,
    redshift,
    snowflake,
    databricks,
    trino,
    clickhouse,
    athena
};
LIGHTDASH_DESCRIBE_ENUM(warehouse_type, bigquery, postgres, redshift, snowflake, databricks, trino, clickhouse, athena)

// What is stored of a connection to PostgreSQL in the clear, and told.
struct postgres_settings {
    json::omittable<std::string> host;
    json::omittable<std::int32_t> port;
    json::omittable<std::string> dbname, schema;
    json::omittable_or_null<std::string> sslmode, search_path, role, data_timezone;
    json::omittable_or_null<std::int32_t> threads, keepalives_idle, timeout_seconds, start_of_week;
    json::omittable_or_null<bool> require_user_credentials;
};
LIGHTDASH_DESCRIBE(postgres_settings, host, port, dbname, schema, sslmode, search_path, role, data_timezone, threads,
                   keepalives_idle, timeout_seconds, start_of_week, require_user_credentials)

// What is stored encrypted, and never told.
struct postgres_secrets {
    json::omittable_or_null<std::string> user, password;
};
LIGHTDASH_DESCRIBE(postgres_secrets, user, password)

// With what is secret of it.
struct opened_connection {
    postgres_settings settings;
    postgres_secrets secrets; // empty where none are stored
};

// A connection as clients send it. They send back what they were told: an absent (or empty) user or password is the one
// that is stored. Members of another type of warehouse are ignored: the type is refused.
struct connection_draft : postgres_settings {
    static constexpr auto unknown_members = json::unknown_members::ignore;

    warehouse_type type;
    json::omittable_or_null<std::string> user, password;
    // Refused: a connection that goes without them would be another than the one that was meant.
    json::omittable_or_null<bool> use_ssh_tunnel;
    json::omittable_or_null<std::string> sslcert, sslkey, sslrootcert;
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE_DERIVED(connection_draft, postgres_settings, type, user, password, use_ssh_tunnel, sslcert, sslkey,
                           sslrootcert)

// Throws invalid_parameter for a type that this version cannot connect to.
void require_postgres(warehouse_type type);

// What a draft's secrets are, taking from what is stored what it leaves out. A stored password is only used with the
// host and port that it was given for: who may change a connection may not thereby send its password elsewhere. Throws
// invalid_body, whose faults stand at `pointer`, when one is missing.
postgres_secrets complete_secrets(const connection_draft& draft, std::string_view pointer,
                                  const std::optional<postgres_settings>& stored, const postgres_secrets& known);

// Credentials of the organization, which its projects may use.
struct organization_credentials {
    credentials_id organization_warehouse_credentials_uuid;
    organization_id organization_uuid;
    std::string name;
    std::optional<std::string> description;
    warehouses::warehouse_type warehouse_type;
    pg::json_text credentials; // without what is secret of them
    pg::timestamptz created_at;
    std::optional<user_id> created_by_user_uuid;
};
LIGHTDASH_DESCRIBE(organization_credentials, organization_warehouse_credentials_uuid, organization_uuid, name,
                   description, warehouse_type, credentials, created_at, created_by_user_uuid)

// The body of POST /org/warehouse-credentials.
struct new_credentials {
    std::string name;
    std::optional<std::string> description;
    connection_draft credentials;
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE(new_credentials, name, description, credentials)

// The body of PATCH /org/warehouse-credentials/{credentials}; what was told is taken back.
struct credentials_changes {
    json::omittable<std::string> name;
    json::patch<std::string> description;
    json::omittable<connection_draft> credentials;
    json::read_only<credentials_id> organization_warehouse_credentials_uuid;
    json::read_only<organization_id> organization_uuid;
    json::read_only<warehouses::warehouse_type> warehouse_type;
    json::read_only<pg::timestamptz> created_at;
    json::read_only<user_id> created_by_user_uuid;
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE(credentials_changes, name, description, credentials, organization_warehouse_credentials_uuid,
                   organization_uuid, warehouse_type, created_at, created_by_user_uuid)

// What POST /org/warehouse-credentials/{credentials}/test found.
struct connection_test {
    bool connected = false;
    std::string message; // one sentence for the person who asks
    json::omittable<std::string> server_version;
    json::omittable<std::string> warning;
};
LIGHTDASH_DESCRIBE(connection_test, connected, message, server_version, warning)

} // namespace lightdash::warehouses
