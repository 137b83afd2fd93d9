// Names as the builders take them, quoted.
#pragma once

#include <string>
#include <string_view>

namespace lightdash::sql::detail {

// Appends "a"."b" for "a.b": blanks around a part are dropped, "*" stays, "tags[1]" keeps its index. Throws
// error_kind::internal for names that quote_identifier() refuses, and for an alias.
void append_name(std::string& out, std::string_view name);
// Also takes "name as alias", in any letter case; the alias is one identifier.
void append_name_with_alias(std::string& out, std::string_view name);
void append_alias(std::string& out, std::string_view alias);
// Where " as " stands in the name, or npos.
std::size_t find_alias(std::string_view name) noexcept;

} // namespace lightdash::sql::detail
