// Lists of column names, and the names that the builder makes up.
#pragma once

#include <initializer_list>
#include <source_location>
#include <string>
#include <utility>
#include <vector>

namespace lightdash::sql {

// One name or several: "email" or {"project_id", "created_at"}. Knows the source line that it was written in.
class column_names {
public:
    column_names(const char* name, std::source_location where = std::source_location::current())
        : names_{name}, line_(static_cast<int>(where.line()))
    {}
    column_names(std::string name, std::source_location where = std::source_location::current())
        : names_{std::move(name)}, line_(static_cast<int>(where.line()))
    {}
    column_names(std::initializer_list<const char*> names, std::source_location where = std::source_location::current())
        : names_(names.begin(), names.end()), line_(static_cast<int>(where.line()))
    {}
    explicit column_names(std::vector<std::string> names, std::source_location where = std::source_location::current())
        : names_(std::move(names)), line_(static_cast<int>(where.line()))
    {}

    const std::vector<std::string>& list() const noexcept { return names_; }
    int line() const noexcept { return line_; }

private:
    std::vector<std::string> names_;
    int line_;
};

// Knex's rule: table_column_column_suffix in lower case, dots and dashes as underscores:
// "dashboards_project_id_created_at_index". The schema of a qualified table is left out: the index lives in it anyway.
// Throws error_kind::internal when that has more than 63 bytes, which PostgreSQL would cut to a name that nobody wrote:
// such a key or index is given a name of its own.
std::string conventional_name(const std::string& table, const std::vector<std::string>& columns, const char* suffix);

} // namespace lightdash::sql
