// The codecs of single values: C++ types to and from PostgreSQL's wire formats (PostgreSQL manual, "Message Formats";
// the binary forms are those of each type's send and receive functions).
#pragma once

#include "lightdash/core/describe.hpp"
#include "lightdash/core/strong_id.hpp"
#include "lightdash/core/uuid.hpp"
#include "lightdash/pg/types.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace lightdash::pg {

// "int4", "timestamptz", "uuid[]"; "with oid 16423" for types that PostgreSQL does not bring along.
std::string type_name(oid type);

namespace detail {

[[noreturn]] void throw_mismatch(const field_view& field, std::string_view cpp_name);
[[noreturn]] void throw_null(const field_view& field, std::string_view cpp_name);

void encode_bool(bool value, std::string& out);
void encode_char(char value, std::string& out);
void encode_int2(std::int16_t value, std::string& out);
void encode_int4(std::int32_t value, std::string& out);
void encode_int8(std::int64_t value, std::string& out);
void encode_float4(float value, std::string& out);
void encode_float8(double value, std::string& out);
void encode_text(std::string_view value, std::string& out); // throws error_kind::invalid_text on NUL
void encode_uuid(const uuid& value, std::string& out);
void encode_numeric(const numeric& value, std::string& out);
void encode_timestamp(std::chrono::sys_time<std::chrono::microseconds> value, std::string& out);
void encode_date(std::chrono::sys_days value, std::string& out);

bool decode_bool(const field_view& field);
char decode_char(const field_view& field);
std::int16_t decode_int2(const field_view& field);
std::int32_t decode_int4(const field_view& field);
std::int64_t decode_int8(const field_view& field);
float decode_float4(const field_view& field);
double decode_float8(const field_view& field);
std::string_view decode_text(const field_view& field, std::string_view cpp_name); // borrowed from the field
std::string_view decode_json(const field_view& field);                            // borrowed from the field
std::string_view decode_bytes(const field_view& field);                           // borrowed from the field
uuid decode_uuid(const field_view& field, std::string_view cpp_name);
std::string decode_numeric(const field_view& field);
std::chrono::sys_time<std::chrono::microseconds> decode_timestamp(const field_view& field, oid expected,
                                                                  std::string_view cpp_name);
std::chrono::sys_time<std::chrono::nanoseconds> decode_time_point(const field_view& field);
std::chrono::sys_days decode_date(const field_view& field, std::string_view cpp_name);
std::chrono::year_month_day decode_year_month_day(const field_view& field);
std::chrono::sys_days checked_days(std::chrono::year_month_day value); // throws error_kind::invalid_value: no such day

struct enumerator {
    std::string_view name;
    std::int64_t value;
};
void encode_enum(std::span<const enumerator> all, std::int64_t value, std::string& out);
std::int64_t decode_enum(std::span<const enumerator> all, const field_view& field);

template <class E>
constexpr auto enumerators()
{
    using list = boost::describe::describe_enumerators<E>;
    std::array<enumerator, boost::mp11::mp_size<list>::value> all{};
    std::size_t i = 0;
    boost::mp11::mp_for_each<list>([&](auto one) { all[i++] = {one.name, static_cast<std::int64_t>(one.value)}; });
    return all;
}
template <class E>
inline constexpr auto enumerators_of = enumerators<E>();

} // namespace detail

template <>
struct codec<bool> {
    static constexpr oid type = oid::boolean;
    static constexpr bool binary = true;
    static std::string cpp_name() { return "bool"; }
    static void encode(bool value, std::string& out) { detail::encode_bool(value, out); }
    static bool decode(const field_view& field) { return detail::decode_bool(field); }
};

// PostgreSQL's "char": one byte.
template <>
struct codec<char> {
    static constexpr oid type = oid::single_char;
    static constexpr bool binary = true;
    static std::string cpp_name() { return "char"; }
    static void encode(char value, std::string& out) { detail::encode_char(value, out); }
    static char decode(const field_view& field) { return detail::decode_char(field); }
};

template <>
struct codec<std::int16_t> {
    static constexpr oid type = oid::int2;
    static constexpr bool binary = true;
    static std::string cpp_name() { return "std::int16_t"; }
    static void encode(std::int16_t value, std::string& out) { detail::encode_int2(value, out); }
    static std::int16_t decode(const field_view& field) { return detail::decode_int2(field); }
};

template <>
struct codec<std::int32_t> {
    static constexpr oid type = oid::int4;
    static constexpr bool binary = true;
    static std::string cpp_name() { return "std::int32_t"; }
    static void encode(std::int32_t value, std::string& out) { detail::encode_int4(value, out); }
    static std::int32_t decode(const field_view& field) { return detail::decode_int4(field); }
};

template <>
struct codec<std::int64_t> {
    static constexpr oid type = oid::int8;
    static constexpr bool binary = true;
    static std::string cpp_name() { return "std::int64_t"; }
    static void encode(std::int64_t value, std::string& out) { detail::encode_int8(value, out); }
    static std::int64_t decode(const field_view& field) { return detail::decode_int8(field); }
};

// Where std::int64_t is long, long long is a type of its own.
template <>
struct codec<std::conditional_t<std::is_same_v<std::int64_t, long>, long long, long>> : codec<std::int64_t> {};

template <>
struct codec<float> {
    static constexpr oid type = oid::float4;
    static constexpr bool binary = true;
    static std::string cpp_name() { return "float"; }
    static void encode(float value, std::string& out) { detail::encode_float4(value, out); }
    static float decode(const field_view& field) { return detail::decode_float4(field); }
};

template <>
struct codec<double> {
    static constexpr oid type = oid::float8;
    static constexpr bool binary = true;
    static std::string cpp_name() { return "double"; }
    static void encode(double value, std::string& out) { detail::encode_float8(value, out); }
    static double decode(const field_view& field) { return detail::decode_float8(field); }
};

template <>
struct codec<std::string_view> {
    static constexpr oid type = oid::text;
    static constexpr bool binary = true;
    static std::string cpp_name() { return "std::string_view"; }
    static void encode(std::string_view value, std::string& out) { detail::encode_text(value, out); }
};

// The pointer must not be null.
template <>
struct codec<const char*> : codec<std::string_view> {};

template <>
struct codec<std::string> {
    static constexpr oid type = oid::text;
    static constexpr bool binary = true;
    static std::string cpp_name() { return "std::string"; }
    static void encode(std::string_view value, std::string& out) { detail::encode_text(value, out); }
    static std::string decode(const field_view& field)
    {
        return std::string{detail::decode_text(field, "std::string")};
    }
};

template <>
struct codec<uuid> {
    static constexpr oid type = oid::uuid;
    static constexpr bool binary = true;
    static std::string cpp_name() { return "uuid"; }
    static void encode(const uuid& value, std::string& out) { detail::encode_uuid(value, out); }
    static uuid decode(const field_view& field) { return detail::decode_uuid(field, "uuid"); }
};

template <class Tag>
struct codec<strong_id<Tag>> {
    static constexpr oid type = oid::uuid;
    static constexpr bool binary = true;
    static std::string cpp_name() { return "strong_id"; }
    static void encode(const strong_id<Tag>& id, std::string& out) { detail::encode_uuid(id.value, out); }
    static strong_id<Tag> decode(const field_view& field) { return {detail::decode_uuid(field, "strong_id")}; }
};

// Sent as text: the text is the exact form that people gave.
template <>
struct codec<numeric> {
    static constexpr oid type = oid::numeric;
    static constexpr bool binary = false;
    static std::string cpp_name() { return "numeric"; }
    static void encode(const numeric& value, std::string& out) { detail::encode_numeric(value, out); }
    static numeric decode(const field_view& field) { return {detail::decode_numeric(field)}; }
};

// Sent as jsonb: PostgreSQL turns it into json where a json column takes it.
template <>
struct codec<json_text> {
    static constexpr oid type = oid::jsonb;
    static constexpr bool binary = false;
    static std::string cpp_name() { return "json_text"; }
    static void encode(const json_text& value, std::string& out) { detail::encode_text(value.text, out); }
    static json_text decode(const field_view& field) { return {std::string{detail::decode_json(field)}}; }
};

template <>
struct codec<bytes> {
    static constexpr oid type = oid::bytea;
    static constexpr bool binary = true;
    static std::string cpp_name() { return "bytes"; }
    static void encode(const bytes& value, std::string& out) { out += value.data; }
    static bytes decode(const field_view& field) { return {std::string{detail::decode_bytes(field)}}; }
};

// -infinity and infinity are min() and max(); finite times after 294247-01-10 are the last microsecond before max().
template <>
struct codec<timestamp> {
    static constexpr oid type = oid::timestamp;
    static constexpr bool binary = true;
    static std::string cpp_name() { return "timestamp"; }
    static void encode(const timestamp& value, std::string& out) { detail::encode_timestamp(value.utc, out); }
    static timestamp decode(const field_view& field)
    {
        return {detail::decode_timestamp(field, oid::timestamp, "timestamp")};
    }
};

template <>
struct codec<timestamptz> {
    static constexpr oid type = oid::timestamptz;
    static constexpr bool binary = true;
    static std::string cpp_name() { return "timestamptz"; }
    static void encode(timestamptz value, std::string& out) { detail::encode_timestamp(value, out); }
    static timestamptz decode(const field_view& field)
    {
        return detail::decode_timestamp(field, oid::timestamptz, "timestamptz");
    }
};

// The system clock's own resolution: what is below a microsecond is cut (towards the past) when sent.
template <>
struct codec<std::chrono::sys_time<std::chrono::nanoseconds>> {
    static constexpr oid type = oid::timestamptz;
    static constexpr bool binary = true;
    static std::string cpp_name() { return "std::chrono::system_clock::time_point"; }
    static void encode(std::chrono::sys_time<std::chrono::nanoseconds> value, std::string& out)
    {
        detail::encode_timestamp(std::chrono::floor<std::chrono::microseconds>(value), out);
    }
    static std::chrono::sys_time<std::chrono::nanoseconds> decode(const field_view& field)
    {
        return detail::decode_time_point(field);
    }
};

template <>
struct codec<date> {
    static constexpr oid type = oid::date;
    static constexpr bool binary = true;
    static std::string cpp_name() { return "date"; }
    static void encode(date value, std::string& out) { detail::encode_date(value, out); }
    static date decode(const field_view& field) { return detail::decode_date(field, "date"); }
};

template <>
struct codec<std::chrono::year_month_day> {
    static constexpr oid type = oid::date;
    static constexpr bool binary = true;
    static std::string cpp_name() { return "std::chrono::year_month_day"; }
    static void encode(std::chrono::year_month_day value, std::string& out)
    {
        detail::encode_date(detail::checked_days(value), out);
    }
    static std::chrono::year_month_day decode(const field_view& field) { return detail::decode_year_month_day(field); }
};

// By the enumerator's name. Sent without a type, so that enum columns and text columns both take it.
template <class E>
    requires described_enum<E>
struct codec<E> {
    static constexpr oid type = oid::unknown;
    static constexpr bool binary = false;
    static std::string cpp_name() { return "enum"; }
    static void encode(E value, std::string& out)
    {
        detail::encode_enum(detail::enumerators_of<E>, static_cast<std::int64_t>(value), out);
    }
    static E decode(const field_view& field)
    {
        return static_cast<E>(detail::decode_enum(detail::enumerators_of<E>, field));
    }
};

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

// NULL is nullopt. (As a parameter, params handles NULL: it has no bytes.)
template <class T>
struct codec<std::optional<T>> {
    static constexpr oid type = codec<T>::type;
    static constexpr bool binary = codec<T>::binary;
    static std::string cpp_name() { return "std::optional<" + codec<T>::cpp_name() + ">"; }
    static std::optional<T> decode(const field_view& field)
    {
        if (field.null)
            return std::nullopt;
        return codec<T>::decode(field);
    }
};

namespace detail {
template <class T>
struct parameter_codec {
    using type = codec<T>;
};
template <>
struct parameter_codec<char*> { // what a literal decays to
    using type = codec<const char*>;
};
struct null_codec {
    static constexpr oid type = oid::unknown;
    static constexpr bool binary = false;
};
template <>
struct parameter_codec<std::nullopt_t> {
    using type = null_codec;
};
} // namespace detail

// The codec of an argument, and the type and format its value is sent with.
template <class T>
using parameter_codec = typename detail::parameter_codec<std::decay_t<T>>::type;
template <class T>
inline constexpr oid parameter_type = parameter_codec<T>::type;
template <class T>
inline constexpr bool parameter_binary = parameter_codec<T>::binary;

} // namespace lightdash::pg

#include "lightdash/pg/codec_array.hpp"
