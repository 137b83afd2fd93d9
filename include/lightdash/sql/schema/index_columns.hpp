// What an index is made of: columns and expressions with their order and operator class.
#pragma once

#include "lightdash/sql/expression.hpp"

#include <initializer_list>
#include <source_location>
#include <string>
#include <utility>
#include <vector>

namespace lightdash::sql {

// "email", raw("lower(email)"), index_column("created_at").desc().nulls_last().
class index_column {
public:
    index_column(const char* name) : name_(name) {}
    index_column(std::string name) : name_(std::move(name)) {}
    index_column(const expression& computed);

    index_column& asc();
    index_column& desc();
    index_column& nulls_first();
    index_column& nulls_last();
    // "text_pattern_ops", "jsonb_path_ops", "extensions.gin_trgm_ops".
    index_column& op_class(std::string name);
    index_column& collate(std::string name);

    const std::string& name() const noexcept { return name_; } // empty: an expression
    // As it stands between the index's brackets. Throws on names that cannot be.
    std::string text() const;

private:
    std::string name_;
    std::string expression_;
    std::string collation_;
    std::string op_class_;
    const char* direction_ = "";
    const char* nulls_ = "";
};

// One or several. Knows the source line that it was written in.
class index_columns {
public:
    index_columns(index_column column, std::source_location where = std::source_location::current())
        : columns_{std::move(column)}, line_(static_cast<int>(where.line()))
    {}
    index_columns(const char* name, std::source_location where = std::source_location::current())
        : index_columns(index_column{name}, where)
    {}
    index_columns(std::string name, std::source_location where = std::source_location::current())
        : index_columns(index_column{std::move(name)}, where)
    {}
    index_columns(const expression& computed, std::source_location where = std::source_location::current())
        : index_columns(index_column{computed}, where)
    {}
    index_columns(std::initializer_list<index_column> columns,
                  std::source_location where = std::source_location::current())
        : columns_(columns), line_(static_cast<int>(where.line()))
    {}

    const std::vector<index_column>& list() const noexcept { return columns_; }
    int line() const noexcept { return line_; }
    // Throws error_kind::internal when one of them is an expression, which has no name.
    std::vector<std::string> names() const;

private:
    std::vector<index_column> columns_;
    int line_;
};

} // namespace lightdash::sql
