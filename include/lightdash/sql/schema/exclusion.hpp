// No two rows of a table may match in all of these comparisons, for example overlap in time in the same room.
#pragma once

#include "lightdash/sql/expression.hpp"
#include "lightdash/sql/schema/foreign_key.hpp"
#include "lightdash/sql/schema/index_columns.hpp"

#include <optional>
#include <string>
#include <vector>

namespace lightdash::sql {

struct exclusion_element {
    index_column column;
    std::string comparison; // an operator: "=", "&&"
};

struct exclusion_definition {
    std::vector<exclusion_element> elements;
    std::string name;
    std::string method = "gist";
    std::string predicate; // empty: of all rows
    std::optional<deferral> deferrable;
};

// Refers into its table; each verb returns the constraint itself.
class exclusion {
public:
    exclusion(std::vector<exclusion_element> elements, std::string name);

    exclusion& using_method(std::string method);
    exclusion& where(const expression& predicate);
    exclusion& deferrable(deferral initially = deferral::immediate);

    const exclusion_definition& definition() const noexcept { return definition_; }

private:
    exclusion_definition definition_;
};

} // namespace lightdash::sql
