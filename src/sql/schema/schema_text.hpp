// Pieces of text that several statements of a schema are made of.
#pragma once

#include "lightdash/sql/expression.hpp"
#include "lightdash/sql/schema/foreign_key.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lightdash::sql {

// Throws error_kind::internal: a description that has no meaning is a bug of the migration.
[[noreturn]] void refuse(std::string sentence);

// An expression with its values as literals: a statement of a schema takes no parameters. Throws when one is open.
std::string inlined(const expression& value);

// `"a", "b"`. Throws on an empty list, which `what` is to name: "The primary key of "users"".
std::string quote_list(const std::vector<std::string>& names, std::string_view what);

// `"analytics".` of "analytics.page_views": what lives beside a table is named with its schema.
std::string schema_prefix(const std::string& table);

// An operator as PostgreSQL allows it, and nothing else. Throws.
void require_operator(const std::string& text);

// A method or a storage parameter, which stand in the text without quotes. Throws unless it is a plain word, which may
// have dots.
void require_word(const std::string& text);

// " with (fillfactor = 70)" or nothing.
std::string storage_text(const std::vector<std::pair<std::string, std::string>>& parameters);

// " deferrable initially deferred" or nothing.
std::string_view deferrable_text(std::optional<deferral> deferrable);

} // namespace lightdash::sql
