// The one place where a name becomes SQL text, and the one where a value of a DDL statement does.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lightdash::sql {

// PostgreSQL cuts longer names silently (manual, 4.1.1 "Identifiers and Key Words"): two long names could become one.
inline constexpr std::size_t max_identifier_bytes = 63;

// `"name"`, quotes doubled: any text is one identifier, never anything else. Throws error_kind::internal when the name
// is empty, holds a NUL byte or is longer than max_identifier_bytes.
std::string quote_identifier(std::string_view name);
// The same, appended to a text.
void append_identifier(std::string& out, std::string_view name);

// `"schema"."table"`: each part between dots quoted by itself. A name that holds a dot needs quote_identifier().
std::string quote_qualified(std::string_view dotted_name);

// `'text'` for DDL, which takes no parameters (defaults, comments). Queries use parameters. Throws error_kind::internal
// when the text holds a NUL byte.
std::string quote_literal(std::string_view text);

} // namespace lightdash::sql
