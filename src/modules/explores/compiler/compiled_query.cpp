#include "modules/explores/compiler/compiled_query.hpp"

#include "lightdash/core/digest.hpp"
#include "lightdash/core/utf8.hpp"

#include <fmt/format.h>

#include <iterator>

namespace lightdash::explores {
namespace {

constexpr std::string_view key_version = "1"; // another when the compiler's statements come to mean something else
constexpr std::size_t longest_sql_name = 63;  // bytes: NAMEDATALEN - 1

void append_part(std::string& key, std::string_view part)
{
    fmt::format_to(std::back_inserter(key), "{}:{}", part.size(), part);
}

std::string_view sql_type(field_type type)
{
    switch (type) {
    case field_type::number:
        return "numeric";
    case field_type::timestamp:
        return "timestamptz";
    case field_type::date:
        return "date";
    case field_type::boolean:
        return "boolean";
    case field_type::string:
        break;
    }
    return "text";
}

} // namespace

std::string parameter_type::name() const
{
    return std::string{sql_type(of)} + (list ? "[]" : "");
}

pg::oid parameter_type::sent() const noexcept
{
    switch (of) {
    case field_type::number:
        return list ? pg::oid::numeric_array : pg::oid::numeric;
    case field_type::date:
        return list ? pg::oid::date_array : pg::oid::date;
    case field_type::boolean:
        return list ? pg::oid::boolean_array : pg::oid::boolean;
    case field_type::string:
    case field_type::timestamp:
        break;
    }
    return pg::oid::unknown;
}

std::string compiled_query::key() const
{
    std::string made;
    append_part(made, key_version);
    append_part(made, sql);
    append_part(made, timezone);
    append_part(made, fmt::to_string(limit));
    for (const auto& each : parameters) {
        append_part(made, each.type.name());
        append_part(made, each.value);
    }
    return made;
}

std::string array_text(const std::vector<std::string>& elements)
{
    std::string made{'{'};
    for (const auto& element : elements) {
        made += made.size() > 1 ? ",\"" : "\"";
        for (const char c : element) {
            if (c == '"' || c == '\\')
                made += '\\';
            made += c;
        }
        made += '"';
    }
    return made + '}';
}

std::string short_name(std::string_view name)
{
    if (name.size() <= longest_sql_name)
        return std::string{name};
    const auto digest = fmt::format("_{:016x}", digest_of(name));
    return std::string{utf8_prefix(name, longest_sql_name - digest.size())} + digest;
}

std::string quoted_name(std::string_view name)
{
    std::string made{'"'};
    for (const char c : short_name(name)) {
        if (c == '"')
            made += '"';
        made += c;
    }
    return made + '"';
}

} // namespace lightdash::explores
