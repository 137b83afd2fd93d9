// What is known of a backup, and the file beside it that says so: FILE.manifest.json.
#pragma once

#include "lightdash/core/describe.hpp"
#include "lightdash/ops/database_properties.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace lightdash::ops {

struct table_rows {
    std::string schema;
    std::string name;
    std::int64_t rows;

    friend bool operator==(const table_rows&, const table_rows&) = default;
};
LIGHTDASH_DESCRIBE(table_rows, schema, name, rows)

struct backup_manifest {
    std::int32_t version = 3;
    std::string file;   // without its folder
    std::string format; // "custom" or "plain"
    std::int64_t bytes = 0;
    std::string sha256;     // 64 hex digits
    std::string created_at; // RFC 3339, UTC
    std::string database;
    std::string server_version;
    std::string pg_dump_version;
    std::optional<std::string> schema_version; // the migration that was applied last
    std::vector<table_rows> tables;            // of the dump's own snapshot, by schema and name
    // Since version 2.
    std::optional<std::string> system_identifier;  // of the server: pg_control_system()
    std::optional<std::int64_t> locks;             // that one transaction holds which makes it all again
    std::optional<database_properties> properties; // what is no part of a dump without --create
    // Since version 3.
    std::optional<std::vector<std::string>> secret_keys; // ids of those that stored secrets are encrypted with
};
LIGHTDASH_DESCRIBE(backup_manifest, version, file, format, bytes, sha256, created_at, database, server_version,
                   pg_dump_version, schema_version, tables, system_identifier, locks, properties, secret_keys)

std::int64_t rows_of(const backup_manifest& manifest);

std::filesystem::path manifest_of(const std::filesystem::path& backup);

// As JSON, with a line feed at its end.
std::string manifest_text(const backup_manifest& manifest);
// nullopt when there is none. Throws error_kind::usage when it cannot be understood.
std::optional<backup_manifest> read_manifest(const std::filesystem::path& backup);

// Size and checksum. `on_bytes` hears how much was read. Throws error_kind::usage that names what differs.
void verify(const std::filesystem::path& backup, const backup_manifest& manifest,
            const std::function<void(std::uint64_t)>& on_bytes);

} // namespace lightdash::ops
