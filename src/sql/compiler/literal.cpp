// Values as people read them in SQL: decoded from their wire format, so that no type has two ways into text.
#include "lightdash/core/error.hpp"
#include "lightdash/core/time.hpp"
#include "lightdash/sql/identifier.hpp"
#include "sql/compiler/compiler.hpp"

#include <fmt/format.h>

#include <cmath>

namespace lightdash::sql::detail {
namespace {

pg::oid element_of(pg::oid array) noexcept
{
    for (const auto element :
         {pg::oid::boolean, pg::oid::bytea, pg::oid::single_char, pg::oid::int2, pg::oid::int4, pg::oid::int8,
          pg::oid::text, pg::oid::float4, pg::oid::float8, pg::oid::date, pg::oid::timestamp, pg::oid::timestamptz,
          pg::oid::numeric, pg::oid::uuid, pg::oid::jsonb})
        if (pg::detail::array_type_of(element) == array)
            return element;
    return pg::oid::unknown;
}

void append_typed(std::string& out, std::string_view text, pg::oid type)
{
    out += quote_literal(text);
    if (type != pg::oid::unknown && type != pg::oid::text)
        out.append("::").append(pg::type_name(type));
}

// A minus sign beside an operator, a cast or another minus would be read otherwise.
void append_number(std::string& out, std::string_view digits)
{
    const bool negative = digits.starts_with('-');
    out += negative ? "(" : "";
    out += digits;
    out += negative ? ")" : "";
}

template <class Float>
void append_float(std::string& out, Float value, pg::oid type)
{
    if (std::isfinite(value)) {
        const auto digits = fmt::format("{}", value);
        append_number(out, digits);
        if (digits.find('e') != std::string::npos) // a number with an exponent is numeric: it would show every zero
            out.append("::").append(pg::type_name(type));
    } else
        append_typed(out, std::isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity", type);
}

// The ends of a clock are PostgreSQL's infinities (pg/codec.hpp).
template <class Time>
std::string_view infinity_text(Time when)
{
    return when == Time::max() ? "infinity" : when == Time::min() ? "-infinity" : "";
}

std::string date_text(std::chrono::sys_days day)
{
    if (const auto text = infinity_text(day); !text.empty())
        return std::string{text};
    const std::chrono::year_month_day parts{day};
    const int year = static_cast<int>(parts.year());
    // PostgreSQL has no year 0: what comes before the year 1 is "BC", counted from 1.
    return fmt::format("{:04}-{:02}-{:02}{}", year > 0 ? year : 1 - year, static_cast<unsigned>(parts.month()),
                       static_cast<unsigned>(parts.day()), year > 0 ? "" : " BC");
}

std::string timestamp_text(std::chrono::sys_time<std::chrono::microseconds> when, std::string_view zone)
{
    if (const auto text = infinity_text(when); !text.empty())
        return std::string{text};
    const auto day = std::chrono::floor<std::chrono::days>(when);
    const std::chrono::hh_mm_ss time{when - day};
    auto text = date_text(day);
    std::string_view era;
    if (text.ends_with(" BC")) {
        text.resize(text.size() - 3);
        era = " BC";
    }
    text += fmt::format(" {:02}:{:02}:{:02}", time.hours().count(), time.minutes().count(), time.seconds().count());
    if (const auto fraction = time.subseconds().count(); fraction != 0) {
        text += fmt::format(".{:06}", fraction);
        while (text.back() == '0')
            text.pop_back();
    }
    return text.append(zone).append(era);
}

void append_field(std::string& out, const pg::field_view& field);

void append_array(std::string& out, const pg::field_view& field, pg::oid element)
{
    pg::detail::array_reader reader{field, "an array"};
    if (reader.size() == 0) {
        append_typed(out, "{}", field.type);
        return;
    }
    out += "array[";
    for (std::size_t i = 0; i < reader.size(); ++i) {
        if (i != 0)
            out += ", ";
        auto one = reader.next();
        one.type = element;
        append_field(out, one);
    }
    out.append("]::").append(pg::type_name(field.type));
}

void append_hex(std::string& out, std::string_view data)
{
    std::string text{"\\x"};
    for (const char c : data)
        text += fmt::format("{:02x}", static_cast<unsigned char>(c));
    append_typed(out, text, pg::oid::bytea);
}

void append_numeric(std::string& out, std::string_view digits)
{
    if (digits.find_first_not_of("-0123456789.eE+") == std::string_view::npos)
        append_number(out, digits);
    else
        append_typed(out, digits, pg::oid::numeric);
}

void append_field(std::string& out, const pg::field_view& field)
{
    using pg::oid;
    if (field.null) {
        out += "null";
        return;
    }
    switch (field.type) {
    case oid::boolean:
        out += pg::detail::decode_bool(field) ? "true" : "false";
        return;
    case oid::int2:
        append_number(out, fmt::format("{}", pg::detail::decode_int2(field)));
        return;
    case oid::int4:
        append_number(out, fmt::format("{}", pg::detail::decode_int4(field)));
        return;
    case oid::int8:
        append_number(out, fmt::format("{}", pg::detail::decode_int8(field)));
        return;
    case oid::float4:
        append_float(out, pg::detail::decode_float4(field), oid::float4);
        return;
    case oid::float8:
        append_float(out, pg::detail::decode_float8(field), oid::float8);
        return;
    case oid::numeric:
        append_numeric(out, field.bytes);
        return;
    case oid::uuid:
        append_typed(out, pg::detail::decode_uuid(field, "uuid").to_string(), oid::uuid);
        return;
    case oid::bytea:
        append_hex(out, field.bytes);
        return;
    case oid::date:
        append_typed(out, date_text(pg::detail::decode_date(field, "date")), oid::date);
        return;
    case oid::timestamp:
        append_typed(out, timestamp_text(pg::detail::decode_timestamp(field, oid::timestamp, "timestamp"), ""),
                     oid::timestamp);
        return;
    case oid::timestamptz:
        append_typed(out, timestamp_text(pg::detail::decode_timestamp(field, oid::timestamptz, "timestamptz"), "+00"),
                     oid::timestamptz);
        return;
    default:
        break;
    }
    if (const auto element = element_of(field.type); element != oid::unknown && field.binary)
        append_array(out, field, element);
    else
        append_typed(out, field.bytes, field.type);
}

} // namespace

void append_literal(std::string& out, const pg::params& values, const pg::params::value& one)
{
    append_field(out, {one.null ? std::string_view{} : std::string_view{values.data(one), one.length}, one.type,
                       one.null, one.binary});
}

} // namespace lightdash::sql::detail
