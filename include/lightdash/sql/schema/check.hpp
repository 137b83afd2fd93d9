// A condition that every row of a table fulfils.
#pragma once

#include <string>

namespace lightdash::sql {

struct check_definition {
    std::string expression;
    std::string name; // empty: PostgreSQL makes one, table_column_check or table_check
    bool not_valid = false;
};

// Refers into its table.
class check {
public:
    check(std::string expression, std::string name);

    // Holds for what is written from now on; table::validate_constraint() checks the rows that are there. Only when
    // altering.
    check& not_valid();

    const check_definition& definition() const noexcept { return definition_; }

private:
    check_definition definition_;
};

} // namespace lightdash::sql
