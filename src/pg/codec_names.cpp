#include "lightdash/pg/codec.hpp"

#include <fmt/format.h>

namespace lightdash::pg {
namespace {

std::string_view builtin_name(oid type) noexcept
{
    switch (type) {
    case oid::unknown:
        return "unspecified";
    case oid::boolean:
        return "bool";
    case oid::bytea:
        return "bytea";
    case oid::single_char:
        return "\"char\"";
    case oid::name:
        return "name";
    case oid::int8:
        return "int8";
    case oid::int2:
        return "int2";
    case oid::int4:
        return "int4";
    case oid::text:
        return "text";
    case oid::object_id:
        return "oid";
    case oid::json:
        return "json";
    case oid::xml:
        return "xml";
    case oid::float4:
        return "float4";
    case oid::float8:
        return "float8";
    case oid::untyped:
        return "unknown";
    case oid::bpchar:
        return "char(n)";
    case oid::varchar:
        return "varchar";
    case oid::date:
        return "date";
    case oid::timestamp:
        return "timestamp";
    case oid::timestamptz:
        return "timestamptz";
    case oid::numeric:
        return "numeric";
    case oid::uuid:
        return "uuid";
    case oid::jsonb:
        return "jsonb";
    case oid::boolean_array:
        return "bool[]";
    case oid::bytea_array:
        return "bytea[]";
    case oid::single_char_array:
        return "\"char\"[]";
    case oid::name_array:
        return "name[]";
    case oid::int2_array:
        return "int2[]";
    case oid::int4_array:
        return "int4[]";
    case oid::text_array:
        return "text[]";
    case oid::bpchar_array:
        return "char(n)[]";
    case oid::varchar_array:
        return "varchar[]";
    case oid::int8_array:
        return "int8[]";
    case oid::float4_array:
        return "float4[]";
    case oid::float8_array:
        return "float8[]";
    case oid::timestamp_array:
        return "timestamp[]";
    case oid::date_array:
        return "date[]";
    case oid::timestamptz_array:
        return "timestamptz[]";
    case oid::json_array:
        return "json[]";
    case oid::numeric_array:
        return "numeric[]";
    case oid::uuid_array:
        return "uuid[]";
    case oid::jsonb_array:
        return "jsonb[]";
    }
    return {};
}

} // namespace

std::string type_name(oid type)
{
    if (const auto known = builtin_name(type); !known.empty())
        return std::string{known};
    return fmt::format("with oid {}", static_cast<std::uint32_t>(type));
}

} // namespace lightdash::pg
