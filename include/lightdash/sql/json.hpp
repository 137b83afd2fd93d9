// jsonb in expressions. Paths are written as in JSON paths, '$.a.b[0]', or as PostgreSQL's text arrays, '{a,b,0}'.
#pragma once

#include "lightdash/sql/operand.hpp"
#include "lightdash/sql/reference.hpp"

#include <string_view>

namespace lightdash::sql {

expression json_get(const reference& column, const operand& key);              // -> : jsonb; a text key or an index
expression json_get_text(const reference& column, const operand& key);         // ->>: text
expression json_get_path(const reference& column, std::string_view path);      // #>
expression json_get_path_text(const reference& column, std::string_view path); // #>>

// Every value under a JSON path, a row for each: rows without one disappear. json_first() keeps them, with NULL.
expression json_extract(const reference& column, std::string_view path); // jsonb_path_query
expression json_first(const reference& column, std::string_view path);   // jsonb_path_query_first

// jsonb_set, jsonb_insert and #-: the column's value with one place changed. `json` is JSON: pg::json_text or untyped.
expression json_set(const reference& column, std::string_view path, const operand& json);
expression json_insert(const reference& column, std::string_view path, const operand& json);
expression json_remove(const reference& column, std::string_view path);

} // namespace lightdash::sql
