// The columns of a table that is being described: one verb for each type of PostgreSQL.
#pragma once

#include "lightdash/sql/raw.hpp"
#include "lightdash/sql/schema/column.hpp"
#include "lightdash/sql/schema/located_name.hpp"

#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lightdash::sql {

// As they stand: the guide's columns, `timestamp default now()`.
struct timestamps_options {
    bool time_zone = false;
    bool not_null = false;
    bool camel_case = false; // createdAt, updatedAt
    std::optional<raw> default_to = raw("now()");
};

// A returned column lives as long as the table.
class table_columns {
public:
    // Numbered from 1, and the primary key unless the table declares another one.
    sql::column& increments(located_name name = "id") { return numbered(std::move(name), "serial"); }
    sql::column& big_increments(located_name name = "id") { return numbered(std::move(name), "bigserial"); }
    // Numbered, without being a key.
    sql::column& serial(located_name name) { return column(std::move(name), "serial"); }
    sql::column& big_serial(located_name name) { return column(std::move(name), "bigserial"); }

    sql::column& small_integer(located_name name) { return column(std::move(name), "smallint"); }
    sql::column& integer(located_name name) { return column(std::move(name), "integer"); }
    sql::column& big_integer(located_name name) { return column(std::move(name), "bigint"); }
    sql::column& decimal(located_name name) { return column(std::move(name), "decimal"); } // exact, any size
    sql::column& decimal(located_name name, int precision, int scale = 0);
    sql::column& real(located_name name) { return column(std::move(name), "real"); }
    sql::column& double_precision(located_name name) { return column(std::move(name), "double precision"); }

    sql::column& string(located_name name) { return column(std::move(name), "varchar"); } // any length
    sql::column& string(located_name name, std::size_t length);
    sql::column& text(located_name name) { return column(std::move(name), "text"); }
    sql::column& character(located_name name, std::size_t length); // padded with blanks
    sql::column& boolean(located_name name) { return column(std::move(name), "boolean"); }
    sql::column& binary(located_name name) { return column(std::move(name), "bytea"); }
    sql::column& bit(located_name name, std::size_t length = 1);
    sql::column& bit_varying(located_name name, std::size_t length);

    // Precision: digits of a second, 0 to 6; PostgreSQL's own is 6.
    sql::column& date(located_name name) { return column(std::move(name), "date"); }
    sql::column& time(located_name name, std::optional<int> precision = {});
    sql::column& timetz(located_name name, std::optional<int> precision = {});
    sql::column& timestamp(located_name name, std::optional<int> precision = {}); // without time zone
    sql::column& timestamptz(located_name name, std::optional<int> precision = {});
    sql::column& interval(located_name name) { return column(std::move(name), "interval"); }

    sql::column& json(located_name name) { return column(std::move(name), "json"); }
    sql::column& jsonb(located_name name) { return column(std::move(name), "jsonb"); }
    sql::column& uuid(located_name name) { return column(std::move(name), "uuid"); }
    sql::column& inet(located_name name) { return column(std::move(name), "inet"); }
    sql::column& cidr(located_name name) { return column(std::move(name), "cidr"); }
    sql::column& macaddr(located_name name) { return column(std::move(name), "macaddr"); }
    sql::column& xml(located_name name) { return column(std::move(name), "xml"); }
    sql::column& tsvector(located_name name) { return column(std::move(name), "tsvector"); }
    sql::column& point(located_name name) { return column(std::move(name), "point"); }
    sql::column& geometry(located_name name) { return column(std::move(name), "geometry"); }   // PostGIS
    sql::column& geography(located_name name) { return column(std::move(name), "geography"); } // PostGIS

    // Text that is one of these values.
    sql::column& enumeration(located_name name, const std::vector<std::string>& values);
    // An enum type of this name, which is created first and never dropped with the table.
    sql::column& enumeration(located_name name, std::string new_type, std::vector<std::string> values);
    // A type that is there: an enum, a domain. May be qualified with a dot.
    sql::column& of_type(located_name name, const std::string& type);
    // Any other type, exactly as PostgreSQL spells it: "numeric(8, 2)[]", "tstzrange".
    sql::column& column(located_name name, std::string type);

    // created_at and updated_at.
    void timestamps(const timestamps_options& options = {});

    const std::deque<sql::column>& columns() const noexcept { return columns_; }

protected:
    table_columns() = default;

private:
    sql::column& numbered(located_name name, const char* type);

    std::deque<sql::column> columns_; // a deque: references handed out stay good
};

} // namespace lightdash::sql
