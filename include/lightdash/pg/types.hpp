// C++ types as PostgreSQL's: one codec per type, binary both ways unless said otherwise.
#pragma once

#include "lightdash/core/error.hpp"
#include "lightdash/core/uuid.hpp"

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace lightdash::pg {

// Object ids of built-in types (PostgreSQL source: pg_type.dat). 0 lets the server infer the type.
enum class oid : std::uint32_t {
    unknown = 0,
    boolean = 16,
    bytea = 17,
    single_char = 18, // "char"
    name = 19,
    int8 = 20,
    int2 = 21,
    int4 = 23,
    text = 25,
    object_id = 26,
    json = 114,
    xml = 142,
    float4 = 700,
    float8 = 701,
    untyped = 705, // PostgreSQL's own "unknown": a literal without a type
    bpchar = 1042,
    varchar = 1043,
    date = 1082,
    timestamp = 1114,
    timestamptz = 1184,
    numeric = 1700,
    uuid = 2950,
    jsonb = 3802,
    boolean_array = 1000,
    bytea_array = 1001,
    single_char_array = 1002,
    name_array = 1003,
    int2_array = 1005,
    int4_array = 1007,
    text_array = 1009,
    bpchar_array = 1014,
    varchar_array = 1015,
    int8_array = 1016,
    float4_array = 1021,
    float8_array = 1022,
    timestamp_array = 1115,
    date_array = 1182,
    timestamptz_array = 1185,
    json_array = 199,
    numeric_array = 1231,
    uuid_array = 2951,
    jsonb_array = 3807,
};

// One value of one row, as it arrived. Borrowed from its result.
struct field_view {
    std::string_view bytes;
    oid type = oid::unknown;
    bool null = false;
    bool binary = true;
};

// A decimal number as text, so that no digit is lost: "-12.340", "NaN", "Infinity".
struct numeric {
    std::string text;
    friend bool operator==(const numeric&, const numeric&) = default;
};

// JSON text for json and jsonb columns; not parsed here.
struct json_text {
    std::string text;
    friend bool operator==(const json_text&, const json_text&) = default;
};

struct bytes {
    std::string data;
    friend bool operator==(const bytes&, const bytes&) = default;
};

// Points in time with PostgreSQL's resolution. `timestamp` has no zone; this program keeps UTC in it.
using timestamptz = std::chrono::sys_time<std::chrono::microseconds>;
struct timestamp {
    std::chrono::sys_time<std::chrono::microseconds> utc;
    friend auto operator<=>(const timestamp&, const timestamp&) = default;
};
using date = std::chrono::sys_days;

// codec<T> has
//   static constexpr oid type;                     the type sent for a parameter
//   static constexpr bool binary;                  the format of a parameter
//   static std::string cpp_name();                 the C++ type as messages name it
//   static void encode(const T&, std::string& out) appends the value's bytes; throws error_kind::invalid_text on NUL in
//   a
//                                                  text, error_kind::invalid_value when PostgreSQL has no such value
//   static T decode(const field_view&)             throws error_kind::database_error naming both types when they do not
//   fit
// Specialised (codec.hpp) for bool, char, int16/32/64, float, double, std::string, uuid, strong_id, numeric, json_text,
// bytes, timestamp, timestamptz, system_clock::time_point, date, year_month_day, described enums (as text),
// std::optional and std::vector of these; std::string_view and const char* are parameters only, because a row must not
// borrow from its result.
template <class T>
struct codec;

} // namespace lightdash::pg
