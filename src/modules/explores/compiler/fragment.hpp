// A piece of SQL that an explore's author wrote: one expression or table, with references in it.
#pragma once

#include "lightdash/core/error.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace lightdash::explores {

inline constexpr std::size_t longest_sql = 1'000'000; // bytes of a statement, and of each piece of one

// CompileError and FieldReferenceError, with the field's id as error.data.fieldId.
error compile_error(std::string_view field_id, std::string message);
error reference_error(std::string_view field_id, std::string message);

// The SQL that stands for a reference: for "orders.amount" of "${orders.amount}".
using resolver = std::function<std::string(std::string_view reference)>;

// The piece with every reference resolved and its comments left out. Throws compile_error, naming `owner`, when the
// piece could end what it stands in: a semicolon, a comma or bracket outside of brackets of its own, a quote or comment
// that does not end, a parameter; and for references to Lightdash's user attributes and parameters.
std::string expand(std::string_view sql, std::string_view owner, const resolver& resolve);

// In brackets, unless it is a name, a number or a text anyhow.
std::string in_brackets(std::string sql);

} // namespace lightdash::explores
