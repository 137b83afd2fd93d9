// What the compiler makes of a metric query: everything that whoever runs it, caches it or shows it has to know.
#pragma once

#include "lightdash/core/describe.hpp"
#include "lightdash/pg/types.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::explores {

enum class field_type : unsigned char { string, number, timestamp, date, boolean };
LIGHTDASH_DESCRIBE_ENUM(field_type, string, number, timestamp, date, boolean)

// Of a value, or of a list of them ("text[]").
struct parameter_type {
    field_type of = field_type::string;
    bool list = false;

    std::string name() const; // "text", "numeric[]", …
    // As it is sent with the statement. Unspecified for texts and timestamps: the server then takes the type of what
    // they are compared with, so that an enum, a uuid, a timestamp with or without time zone can be filtered as well.
    pg::oid sent() const noexcept;
    friend bool operator==(const parameter_type&, const parameter_type&) = default;
};

struct parameter {
    parameter_type type;
    std::string value; // in PostgreSQL's text format
    friend bool operator==(const parameter&, const parameter&) = default;
};

enum class column_kind : unsigned char { dimension, metric, table_calculation };
LIGHTDASH_DESCRIBE_ENUM(column_kind, dimension, metric, table_calculation)

// In the order of the result's columns.
struct column {
    std::string field_id;
    std::string name; // of the result's column: the id, unless PostgreSQL would cut it
    field_type type = field_type::string;
    column_kind kind = column_kind::dimension;
    std::string label;
};
LIGHTDASH_DESCRIBE(column, field_id, name, type, kind, label)

struct warning {
    std::string field_id;
    std::string message;
};
LIGHTDASH_DESCRIBE(warning, field_id, message)

struct compiled_query {
    std::string sql; // one SELECT, with $1 … for the parameters
    std::vector<parameter> parameters;
    std::vector<column> columns;
    std::vector<warning> warnings;
    std::string timezone; // which the session has to have
    std::int64_t limit = 0;

    // The part of a cache key that the query is: equal for equal statements with equal values, and for no others. Who
    // makes a key of it puts the project, the connection with its revision and the explore's etag before it.
    std::string key() const;
};

// The elements as an array in PostgreSQL's text format.
std::string array_text(const std::vector<std::string>& elements);
// As an SQL name. Names longer than PostgreSQL's 63 bytes, which it would cut, become others that stay different.
std::string quoted_name(std::string_view name);
std::string short_name(std::string_view name); // the same without quotes

} // namespace lightdash::explores
