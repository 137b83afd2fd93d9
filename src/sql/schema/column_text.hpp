// A column and its properties as PostgreSQL's text.
#pragma once

#include "lightdash/sql/schema/column.hpp"

#include <string>
#include <string_view>

namespace lightdash::sql {

// `"id" uuid not null default …`, with "primary key" when the column has it inline and `inline_primary` allows it.
std::string column_text(const column_definition& column, bool inline_primary);

// A default, or "set default": numbers in quotes as Knex has them.
std::string default_text(const constant& value, std::string_view type);

// "generated always as identity (start 10)".
std::string identity_text(identity_kind kind, const sequence_options& options);

// "increment 2 minvalue 1 …", empty without options.
std::string sequence_text(const sequence_options& options);

// `create type "kind" as enum ('a', 'b')`. Throws when there are no values.
std::string enum_text(const std::string& quoted_type, const std::vector<std::string>& values);

// `comment on table "users" is '…'`.
std::string comment_text(std::string_view what, const std::string& quoted_name, std::string_view text);

} // namespace lightdash::sql
