// What changes of a domain: a type with a default and conditions of its own.
#pragma once

#include "lightdash/sql/expression.hpp"
#include "lightdash/sql/schema/constant.hpp"
#include "lightdash/sql/schema/drop_options.hpp"
#include "lightdash/sql/schema/located_name.hpp"
#include "lightdash/sql/schema/schema_statement.hpp"

#include <source_location>
#include <string>
#include <utility>
#include <vector>

namespace lightdash::sql {

// The changes of one domain, each a statement. Those that check the values that are there read every table that uses
// the domain, and stop writes to it meanwhile.
class domain {
public:
    explicit domain(std::string name) : name_(std::move(name)) {}

    void set_default(const constant& value, std::source_location where = std::source_location::current());
    void drop_default(std::source_location where = std::source_location::current());
    void set_not_null(std::source_location where = std::source_location::current());
    void drop_not_null(std::source_location where = std::source_location::current());
    // A condition of `value`: raw("value ~ '@'").
    void check(located_name name, const expression& condition);
    void check_not_valid(located_name name, const expression& condition); // what is there is not checked
    void validate_constraint(located_name name);
    void rename_constraint(located_name from, const std::string& to);
    void drop_constraint(located_name name, const drop_options& options = {});
    void set_schema(located_name schema);

    const std::vector<schema_statement>& changes() const noexcept { return changes_; }

private:
    schema_statement& alter(const std::string& action, int line);

    std::string name_;
    std::vector<schema_statement> changes_;
};

} // namespace lightdash::sql
