// Keys, conditions and indexes of a table as PostgreSQL's text.
#pragma once

#include "lightdash/sql/schema/check.hpp"
#include "lightdash/sql/schema/column.hpp"
#include "lightdash/sql/schema/exclusion.hpp"
#include "lightdash/sql/schema/foreign_key.hpp"
#include "lightdash/sql/schema/index.hpp"
#include "lightdash/sql/schema/key.hpp"

#include <string>

namespace lightdash::sql {

// The part after "create table "t" (…, " or "alter table "t" add ": `constraint "name" primary key ("id")`.
std::string constraint_text(const primary_key& key, const std::string& table);
std::string constraint_text(const unique_key& key, const std::string& table);
std::string constraint_text(const foreign_key& key, const std::string& table);
std::string constraint_text(const check_definition& check);
std::string constraint_text(const exclusion& constraint, const std::string& table);

// The keys of one column beside it, for a column that may be there already: ` constraint "name" unique`.
std::string column_keys_text(const column_definition& column, const std::string& table);

// The whole statement.
std::string index_text(const index_definition& index, const std::string& table);

} // namespace lightdash::sql
