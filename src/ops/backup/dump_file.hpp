// What a file of pg_dump's is, and what loading it takes, known before any database is touched.
#pragma once

#include "lightdash/ops/backup.hpp"

#include <filesystem>
#include <string_view>

namespace lightdash::ops {

// By its first bytes. `beginning` is at least the first 512 bytes, or all. Throws error_kind::usage with what to do for
// whatever neither pg_restore nor this program reads: compressed files, other encodings, an empty file.
dump_format format_of(std::string_view name, std::string_view beginning);

// Of what `pg_restore --list` prints.
dump_contents contents_of_list(std::string_view list);

} // namespace lightdash::ops
