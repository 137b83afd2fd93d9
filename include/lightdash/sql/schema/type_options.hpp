// Options of schemas, extensions, enum values and domains.
#pragma once

#include "lightdash/sql/expression.hpp"
#include "lightdash/sql/schema/constant.hpp"

#include <optional>
#include <string>

namespace lightdash::sql {

struct create_options {
    bool if_not_exists = false; // hides a schema that is not what the description thinks
};

struct extension_options {
    bool if_not_exists = false;
    std::string schema = {};  // empty: the extension's own, or the first of the search path
    std::string version = {}; // empty: the newest that is installed
    bool cascade = false;     // with the extensions that it needs
};

struct enum_value_options {
    bool if_not_exists = false;
    std::string before = {}; // at most one of the two; neither: at the end
    std::string after = {};
};

struct domain_options {
    bool not_null = false;
    std::optional<constant> default_to = {};
    std::optional<expression> check = {}; // of `value`: raw("value ~ '@'")
    std::string check_name = {};          // empty: PostgreSQL makes one
};

} // namespace lightdash::sql
