#include "lightdash/pg/codec.hpp"

#include "pg/codec/codec_bytes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <optional>

namespace lightdash::pg::detail {
namespace {

// PostgreSQL hands out oids from here to types made by users and extensions (transam.h, FirstNormalObjectId).
constexpr std::uint32_t first_user_type = 16384;

bool is_user_type(oid type) noexcept
{
    return static_cast<std::uint32_t>(type) >= first_user_type;
}

bool is_text(oid type) noexcept
{
    switch (type) {
    case oid::text:
    case oid::varchar:
    case oid::bpchar:
    case oid::name:
    case oid::untyped:
    case oid::single_char:
    case oid::json:
    case oid::xml:
        return true;
    default:
        return false;
    }
}

bool holds_nul(std::string_view text) noexcept
{
    return text.find('\0') != std::string_view::npos;
}

bool is_control(char c) noexcept
{
    return static_cast<unsigned char>(c) < 0x20;
}

// Of a type that PostgreSQL does not bring along only the bytes are known. Enums and citext are sent as their text;
// ltree and its queries with a version, 1, in front, as jsonb. What begins with another control character or holds a
// zero byte (counts and lengths of composites, ranges and hstore) is no text; nor is a lonely 1, an empty range.
std::optional<std::string_view> text_of_user_type(std::string_view bytes) noexcept
{
    static constexpr char version = 1;
    if (holds_nul(bytes))
        return std::nullopt;
    if (bytes.empty() || !is_control(bytes.front()) || bytes.find_first_of("\t\n\r") == 0)
        return bytes;
    const auto rest = bytes.substr(1);
    if (bytes.front() == version && !rest.empty() && std::ranges::none_of(rest, is_control))
        return rest;
    return std::nullopt;
}

void require_value(const field_view& field, std::string_view cpp_name)
{
    if (field.null)
        throw_null(field, cpp_name);
}

void require_binary(const field_view& field, std::size_t size, std::string_view cpp_name)
{
    if (!field.binary || field.bytes.size() != size)
        throw_mismatch(field, cpp_name);
}

[[noreturn]] void throw_out_of_range(std::int64_t value, std::string_view cpp_name)
{
    throw error{error_kind::database_error, fmt::format("The value {} does not fit into {}.", value, cpp_name)};
}

std::int64_t decode_integer(const field_view& field, std::string_view cpp_name)
{
    require_value(field, cpp_name);
    switch (field.type) {
    case oid::int2:
        require_binary(field, 2, cpp_name);
        return get<std::int16_t>(field.bytes);
    case oid::int4:
        require_binary(field, 4, cpp_name);
        return get<std::int32_t>(field.bytes);
    case oid::int8:
        require_binary(field, 8, cpp_name);
        return get<std::int64_t>(field.bytes);
    case oid::object_id:
        require_binary(field, 4, cpp_name);
        return get<std::uint32_t>(field.bytes);
    default:
        throw_mismatch(field, cpp_name);
    }
}

template <class T>
T decode_narrow(const field_view& field, std::string_view cpp_name)
{
    const auto value = decode_integer(field, cpp_name);
    if (value < std::numeric_limits<T>::min() || value > std::numeric_limits<T>::max())
        throw_out_of_range(value, cpp_name);
    return static_cast<T>(value);
}

} // namespace

void throw_mismatch(const field_view& field, std::string_view cpp_name)
{
    throw error{error_kind::database_error,
                fmt::format("A value of type {} ({} format, {} bytes) cannot be read as {}.", type_name(field.type),
                            field.binary ? "binary" : "text", field.bytes.size(), cpp_name)};
}

void throw_null(const field_view& field, std::string_view cpp_name)
{
    throw error{error_kind::database_error,
                fmt::format("A NULL of type {} cannot be read as {}: use std::optional, or make the column NOT NULL.",
                            type_name(field.type), cpp_name)};
}

void encode_bool(bool value, std::string& out)
{
    out.push_back(value ? '\1' : '\0');
}
void encode_char(char value, std::string& out)
{
    out.push_back(value);
}
void encode_int2(std::int16_t value, std::string& out)
{
    put(out, value);
}
void encode_int4(std::int32_t value, std::string& out)
{
    put(out, value);
}
void encode_int8(std::int64_t value, std::string& out)
{
    put(out, value);
}
void encode_float4(float value, std::string& out)
{
    put(out, std::bit_cast<std::uint32_t>(value));
}
void encode_float8(double value, std::string& out)
{
    put(out, std::bit_cast<std::uint64_t>(value));
}

void encode_text(std::string_view value, std::string& out)
{
    if (const auto at = value.find('\0'); at != std::string_view::npos)
        throw error{
            error_kind::invalid_text,
            fmt::format("A text holds a NUL character at position {}: PostgreSQL cannot store it; remove it.", at + 1)};
    out += value;
}

void encode_uuid(const uuid& value, std::string& out)
{
    out.append(reinterpret_cast<const char*>(value.bytes().data()), value.bytes().size());
}

bool decode_bool(const field_view& field)
{
    require_value(field, "bool");
    if (field.type != oid::boolean)
        throw_mismatch(field, "bool");
    require_binary(field, 1, "bool");
    return field.bytes[0] != '\0';
}

char decode_char(const field_view& field)
{
    require_value(field, "char");
    if (field.type != oid::single_char)
        throw_mismatch(field, "char");
    if (!field.binary && field.bytes.empty())
        return '\0'; // how "char" writes its zero byte as text
    if (field.bytes.size() != 1)
        throw_mismatch(field, "char");
    return field.bytes[0];
}

std::int16_t decode_int2(const field_view& field)
{
    return decode_narrow<std::int16_t>(field, "std::int16_t");
}
std::int32_t decode_int4(const field_view& field)
{
    return decode_narrow<std::int32_t>(field, "std::int32_t");
}
std::int64_t decode_int8(const field_view& field)
{
    return decode_integer(field, "std::int64_t");
}

float decode_float4(const field_view& field)
{
    require_value(field, "float");
    if (field.type != oid::float4)
        throw_mismatch(field, "float");
    require_binary(field, 4, "float");
    return std::bit_cast<float>(get<std::uint32_t>(field.bytes));
}

double decode_float8(const field_view& field)
{
    if (!field.null && field.type == oid::float4)
        return decode_float4(field);
    require_value(field, "double");
    if (field.type != oid::float8)
        throw_mismatch(field, "double");
    require_binary(field, 8, "double");
    return std::bit_cast<double>(get<std::uint64_t>(field.bytes));
}

std::string_view decode_text(const field_view& field, std::string_view cpp_name)
{
    require_value(field, cpp_name);
    if (field.type == oid::single_char && field.binary && field.bytes == std::string_view{"\0", 1})
        return {};
    if (is_text(field.type))
        return field.bytes;
    if (!is_user_type(field.type))
        throw_mismatch(field, cpp_name);
    if (!field.binary)
        return field.bytes;
    if (const auto text = text_of_user_type(field.bytes))
        return *text;
    throw error{error_kind::database_error,
                fmt::format("A value of a type {} cannot be read as {}: its binary form is not its text. Let the "
                            "statement return it as text: column::text.",
                            type_name(field.type), cpp_name)};
}

std::string_view decode_json(const field_view& field)
{
    static constexpr std::string_view name = "json_text";
    static constexpr char jsonb_version = 1;
    require_value(field, name);
    if (field.type == oid::json || (field.type == oid::jsonb && !field.binary))
        return field.bytes;
    if (field.type != oid::jsonb || field.bytes.empty() || field.bytes[0] != jsonb_version)
        throw_mismatch(field, name);
    return field.bytes.substr(1);
}

std::string_view decode_bytes(const field_view& field)
{
    require_value(field, "bytes");
    if (field.type != oid::bytea || !field.binary)
        throw_mismatch(field, "bytes");
    return field.bytes;
}

uuid decode_uuid(const field_view& field, std::string_view cpp_name)
{
    require_value(field, cpp_name);
    if (field.type != oid::uuid)
        throw_mismatch(field, cpp_name);
    std::array<std::uint8_t, 16> raw;
    require_binary(field, raw.size(), cpp_name);
    std::memcpy(raw.data(), field.bytes.data(), raw.size());
    return uuid{raw};
}

void encode_enum(std::span<const enumerator> all, std::int64_t value, std::string& out)
{
    const auto found = std::ranges::find(all, value, &enumerator::value);
    if (found == all.end())
        throw error{error_kind::internal, fmt::format("An enum holds {}, which is none of its values.", value)};
    out += found->name;
}

std::int64_t decode_enum(std::span<const enumerator> all, const field_view& field)
{
    const auto text = decode_text(field, "enum");
    const auto found = std::ranges::find(all, text, &enumerator::name);
    if (found != all.end())
        return found->value;
    std::string names;
    for (const auto& each : all)
        names.append(names.empty() ? "" : ", ").append(each.name);
    throw error{error_kind::database_error,
                fmt::format("A value of type {} is none of: {}.", type_name(field.type), names)}
        .with_detail(fmt::format("the value is \"{}\"", text));
}

} // namespace lightdash::pg::detail
