// What a database's schema is, as a deterministic list of facts: two databases with the same schema give the same list,
// whatever order they were built in.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/core/describe.hpp"
#include "lightdash/pg/transaction.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace lightdash::migrate {

// One statement about one object. Names are quoted as SQL needs them, and qualified.
struct catalog_fact {
    std::string kind;       // "table", "column", "constraint", "index" …
    std::string object;     // "public.users"
    std::string part;       // the column's, constraint's, index's … name; empty when it is about the object itself
    std::int64_t place = 0; // of a column, from 1 and without gaps; else 0
    std::string definition; // as PostgreSQL itself writes it; may have several lines

    bool operator==(const catalog_fact&) const = default;
};
LIGHTDASH_DESCRIBE(catalog_fact, kind, object, part, place, definition)

// Schemas, extensions, enums, domains, composite and range types, sequences, functions and procedures, tables (columns,
// constraints, indexes, triggers, rules, policies), views, materialized views, statistics, event triggers, comments and
// grants other than the owner's. Left out: what belongs to an extension, the migrations' own tables
// (lightdash_migrations…), owners, tablespaces, operators, casts and text search.
class catalog {
public:
    catalog() = default;
    explicit catalog(std::vector<catalog_fact> facts); // in any order

    // A fixed number of statements in one flight. The transaction's search_path and output settings are put back.
    // One snapshot needs isolation::repeatable_read.
    static task<catalog> read(pg::transaction& tx);

    std::span<const catalog_fact> facts() const noexcept { return facts_; }
    // For review and diff: one line per fact, indented under its object; further lines of a definition deeper.
    std::string text() const;
    // SHA-256 of text(), lower-case hex. Another major version of PostgreSQL may write the same schema differently.
    std::string fingerprint() const;

    bool operator==(const catalog&) const = default;

private:
    std::vector<catalog_fact> facts_;
};

} // namespace lightdash::migrate
