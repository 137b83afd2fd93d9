#include "lightdash/pg/codec.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lightdash::pg {
namespace {

struct named_type {
    oid type;
    std::string_view name;
};

// clang-format off
constexpr named_type builtin_types[] = {
    {oid::unknown, "unspecified"},
    {oid::boolean, "bool"},
    {oid::bytea, "bytea"},
    {oid::single_char, "\"char\""},
    {oid::name, "name"},
    {oid::int8, "int8"},
    {oid::int2, "int2"},
    {oid::int4, "int4"},
    {oid::text, "text"},
    {oid::object_id, "oid"},
    {oid::json, "json"},
    {oid::xml, "xml"},
    {oid::float4, "float4"},
    {oid::float8, "float8"},
    {oid::untyped, "unknown"},
    {oid::bpchar, "char(n)"},
    {oid::varchar, "varchar"},
    {oid::date, "date"},
    {oid::timestamp, "timestamp"},
    {oid::timestamptz, "timestamptz"},
    {oid::numeric, "numeric"},
    {oid::uuid, "uuid"},
    {oid::jsonb, "jsonb"},
    {oid::boolean_array, "bool[]"},
    {oid::bytea_array, "bytea[]"},
    {oid::single_char_array, "\"char\"[]"},
    {oid::name_array, "name[]"},
    {oid::int2_array, "int2[]"},
    {oid::int4_array, "int4[]"},
    {oid::text_array, "text[]"},
    {oid::bpchar_array, "char(n)[]"},
    {oid::varchar_array, "varchar[]"},
    {oid::int8_array, "int8[]"},
    {oid::float4_array, "float4[]"},
    {oid::float8_array, "float8[]"},
    {oid::timestamp_array, "timestamp[]"},
    {oid::date_array, "date[]"},
    {oid::timestamptz_array, "timestamptz[]"},
    {oid::json_array, "json[]"},
    {oid::numeric_array, "numeric[]"},
    {oid::uuid_array, "uuid[]"},
    {oid::jsonb_array, "jsonb[]"},
};
// clang-format on

} // namespace

std::string type_name(oid type)
{
    const auto* found = std::ranges::find(builtin_types, type, &named_type::type);
    if (found != std::end(builtin_types))
        return std::string{found->name};
    return fmt::format("with oid {}", static_cast<std::uint32_t>(type));
}

} // namespace lightdash::pg
