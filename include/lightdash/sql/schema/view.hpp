// Views: what a query that is kept under a name looks like, and what changes of one that is there.
#pragma once

#include "lightdash/sql/schema/constant.hpp"
#include "lightdash/sql/schema/located_name.hpp"
#include "lightdash/sql/schema/schema_statement.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lightdash::sql {

// What is written through a view must be visible in it afterwards. `plain` is PostgreSQL's default kind, cascaded.
enum class view_check : unsigned char { plain, local, cascaded };

struct view_options {
    std::vector<std::string> columns = {}; // empty: as the query names them
    std::optional<view_check> check = {};
    bool security_invoker = false; // reads with the rights of whoever asks (PostgreSQL 15 and later)
};

struct materialized_view_options {
    std::vector<std::string> columns = {};
    bool if_not_exists = false;
    bool with_no_data = false; // empty, and unreadable, until it is refreshed
};

struct refresh_options {
    // Without stopping reads; needs a unique index over all rows, and data.
    bool concurrently = false;
    bool with_no_data = false;
};

// The changes of one view, each a statement.
class view {
public:
    explicit view(std::string name) : name_(std::move(name)) {}

    void rename_column(located_name from, const std::string& to);
    // What an insert through the view writes when it does not name the column.
    void set_default(located_name column, const constant& value);
    void drop_default(located_name column);
    void set_schema(located_name schema);

    const std::vector<schema_statement>& changes() const noexcept { return changes_; }

private:
    void alter(const std::string& action, int line);

    std::string name_;
    std::vector<schema_statement> changes_;
};

} // namespace lightdash::sql
