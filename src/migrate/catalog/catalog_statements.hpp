// The queries behind catalog::read(). Each answers (kind, object, part, place, definition).
#pragma once

#include "lightdash/pg/statement.hpp"

#include <span>

namespace lightdash::migrate {

// Names come out qualified, and values in one form, only under the settings that catalog::read() makes. Catalogs and
// columns that came after PostgreSQL 13 are asked for in ways that older servers understand.

// Schemas, types, functions, tables and all that stands on tables.
std::span<const pg::statement> relation_statements();
// Languages, collations, operators, casts, text search, publications …: what a schema rarely has.
std::span<const pg::statement> object_statements();
// The database itself and its settings, owners, rights, default privileges, comments.
std::span<const pg::statement> rights_statements();

} // namespace lightdash::migrate
