// Describes changes of a schema; compile() writes them as PostgreSQL's statements. No server is needed for either.
#pragma once

#include "lightdash/sql/raw.hpp"
#include "lightdash/sql/schema/table.hpp"

#include <functional>
#include <string>
#include <variant>
#include <vector>

namespace lightdash::sql {

struct create_table {
    table description;
};
struct alter_table {
    table description;
};
struct drop_table {
    std::string name;
    bool if_exists;
};
struct rename_table {
    std::string from;
    std::string to;
};

using schema_change = std::variant<create_table, alter_table, drop_table, rename_table, raw>;

class schema_builder {
public:
    using description = std::function<void(table&)>;

    // Names may be qualified with a dot: "reports.monthly".
    void create_table(std::string name, const description& describe);
    void alter_table(std::string name, const description& describe);
    void drop_table(std::string name);
    void drop_table_if_exists(std::string name);
    void rename_table(std::string from, std::string to);
    // One statement as it is.
    void raw(pg::sql_literal text);

    const std::vector<schema_change>& changes() const noexcept { return changes_; }

private:
    std::vector<schema_change> changes_;
};

// The statements, in the order in which they must run. Throws error_kind::internal on a description that has no meaning
// (a foreign key without a table, a column dropped from a table that is being created) and on names that cannot be.
std::vector<std::string> compile(const schema_builder& schema);

} // namespace lightdash::sql
