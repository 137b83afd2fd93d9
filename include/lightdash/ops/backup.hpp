// Backup and restore through PostgreSQL's own pg_dump, pg_restore and psql, with what those leave out: a checksum, row
// counts of the same snapshot, and files that are complete or absent (promises D16, D17).
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/async/timer_wheel.hpp"
#include "lightdash/ops/backup_manifest.hpp"
#include "lightdash/pg/database.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace lightdash::ops {

struct dump_program {
    std::filesystem::path path;
    std::string version; // "15.18"
};
// The oldest installed pg_dump that knows servers of that version. Throws error_kind::configuration that names the
// Debian package. Blocking: asks each found program for its version.
dump_program find_pg_dump(int server_major);

// Both amounts are rows; `total` 0: not known.
using row_progress = std::function<void(std::string_view what, std::uint64_t done, std::uint64_t total)>;
// Takes a line of another program or of the server, for the person who runs this one.
using said_line = std::function<void(std::string_view line)>;

struct backup_options {
    pg::connection_options connection; // of `database`, for pg_dump
    std::filesystem::path file;        // must not exist; its manifest appears just before it
    bool plain = false;
    // Asked in the snapshot that is dumped: the manifest's secret_keys.
    task<std::vector<std::string>> (*secret_keys)(pg::session& db) = nullptr;
    row_progress on_progress;
    said_line on_warning; // what pg_dump says although it succeeds
};

// Throws error_kind::usage when the file exists or its folder cannot be written, configuration when no pg_dump fits the
// server or a pooler shares its sessions, internal with pg_dump's words in detail() when it failed. Nothing appears
// under either name then.
task<backup_manifest> backup(pg::database& database, timer_wheel& clocks, const backup_options& options);

enum class dump_format : unsigned char {
    archive, // custom, tar or directory: for pg_restore
    plain    // SQL text
};

// What a dump holds, read without a database.
struct dump_contents {
    dump_format format;
    std::uint64_t objects = 0;           // that it makes or fills
    std::uint64_t locks = 0;             // that one transaction holds at least
    std::vector<std::string> extensions; // that it creates
};
// Reads the list of an archive, or the whole of a plain dump (`on_bytes` hears how much); blocking. Throws
// error_kind::usage, with the line of a plain dump, for whatever pg_dump did not write, for what is cut off, and for
// what must be unpacked first.
dump_contents examine_dump(const std::filesystem::path& file, const std::function<void(std::uint64_t)>& on_bytes = {});

struct restore_options {
    pg::connection_options connection; // of `database`, for pg_restore
    std::filesystem::path file;
    dump_contents contents;  // of examine_dump()
    bool no_owner = false;   // objects belong to the connected role, no grants; archives only
    std::uint64_t rows = 0;  // of the manifest, for the progress
    std::uint64_t locks = 0; // of the manifest; 0: those of the contents
    row_progress on_progress;
    said_line on_warning;
};

// Into an empty database, all or nothing: one transaction that ends at the first error. Throws
// error_kind::configuration before anything is loaded when an extension cannot be made, the server has too few locks or
// a pooler shares its sessions, and error_kind::internal with the server's words in detail() when loading failed. A
// plain dump should come over connections without named statements (connection_options::transaction_pooler): nothing in
// it is run twice.
task<void> restore(pg::database& database, timer_wheel& clocks, const restore_options& options);

// For this transaction no limit of the role's or the database's on time holds, and no policy hides a row.
task<void> lift_limits(pg::transaction& tx);

// Rows of each table that a dump holds, in the given session's snapshot, by schema and name.
task<std::vector<table_rows>> count_rows(pg::session& db, row_progress on_progress = {});

// Tables, views, sequences, routines, types and large objects outside of extensions and the system's own schemas.
task<std::int64_t> count_objects(pg::session& db);

// "users: 7 rows instead of 8" for each difference; empty when there is none.
std::vector<std::string> differences(const std::vector<table_rows>& expected, const std::vector<table_rows>& found);

} // namespace lightdash::ops
