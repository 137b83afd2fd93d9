// Migrations written as plain SQL:
//
//     -- migrate:up
//     CREATE TABLE …;
//     -- migrate:down
//     DROP TABLE …;
//
// `-- migrate:up transaction:off` for statements that PostgreSQL refuses inside a transaction. An empty down section
// says that the migration cannot be reverted. The checksum does not depend on whether lines end in LF or CRLF. Pure
// text: no server is needed.
#pragma once

#include "lightdash/migrate/migration.hpp"

#include <string_view>

namespace lightdash::migrate {

// `file` is the path for messages; the migration is named after it. Throws error_kind::configuration with one sentence
// that begins with "file:line:".
migration parse_sql_file(std::string_view file, std::string_view bytes);

} // namespace lightdash::migrate
