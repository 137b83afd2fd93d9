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
    std::string object;     // "public.users"; of a comment, an owner and grants "table public.users"
    std::string part;       // the column's, constraint's, index's … name; empty when it is about the object itself
    std::int64_t place = 0; // of a column, from 1 and without gaps; else 0
    std::string definition; // as PostgreSQL writes it, in the spelling that a restored database has too; may have lines

    bool operator==(const catalog_fact&) const = default;
};
LIGHTDASH_DESCRIBE(catalog_fact, kind, object, part, place, definition)

// Whether it is a comment, an owner or grants: of the object that it names.
bool tells_about(const catalog_fact& fact);
// "table public.users", "column email of public.users", "owner of table public.users".
std::string name_of(const catalog_fact& fact);

// All that pg_dump writes but the rows: the database (encoding, locale, owner, rights, settings), schemas, types,
// functions, tables with all that stands on them, and the rarer kinds down to casts, text search, publications and
// default privileges. An owner is told of what does not belong to the role that migrates, which owns the migrations'
// history (without one: the database's owner), so that two databases of different roles are the same.
// Left out: what belongs to an extension and who owns the extension, the migrations' own tables
// (lightdash_migrations…), tablespaces, where sequences stand, large objects, security labels, who granted a right, and
// what may hold a password (a subscription's address, a user mapping's options).
class catalog {
public:
    catalog() = default;
    explicit catalog(std::vector<catalog_fact> facts); // in any order

    // A fixed number of statements in one batch. The transaction's search_path and output settings are put back.
    // One snapshot needs isolation::repeatable_read.
    static task<catalog> read(pg::transaction& tx);

    std::span<const catalog_fact> facts() const noexcept { return facts_; }
    // What migrations do not make is left out: the facts about the database itself and its settings.
    catalog without_database() const;
    // For review and diff: one line per fact, indented under its object; further lines of a definition deeper.
    std::string text() const;
    // SHA-256 of text(), lower-case hex. Another major version of PostgreSQL may write the same schema differently.
    std::string fingerprint() const;

    bool operator==(const catalog&) const = default;

private:
    std::vector<catalog_fact> facts_;
};

} // namespace lightdash::migrate
