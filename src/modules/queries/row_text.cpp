#include "modules/queries/row_text.hpp"

#include "lightdash/json/json.hpp"

#include <algorithm>
#include <optional>

namespace lightdash::queries {
namespace {

constexpr std::size_t most_decimals = 3;
constexpr std::string_view nothing = "∅";

bool is_digits(std::string_view text) noexcept
{
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// -12.50, as PostgreSQL prints numeric: without an exponent, with a digit before the point.
struct decimal {
    bool negative;
    std::string_view whole, fraction;
};
std::optional<decimal> as_decimal(std::string_view text) noexcept
{
    const bool negative = text.starts_with('-');
    text.remove_prefix(negative);
    const auto point = text.find('.');
    const auto whole = text.substr(0, point);
    const auto fraction = point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
    if (!is_digits(whole) || (point != std::string_view::npos && !is_digits(fraction)))
        return std::nullopt;
    return decimal{negative, whole, fraction};
}

// JSON's grammar of numbers (RFC 8259, section 6), of which PostgreSQL also prints 1e+300.
bool is_json_number(std::string_view text) noexcept
{
    auto mantissa = text;
    if (const auto at = text.find('e'); at != std::string_view::npos) {
        auto exponent = text.substr(at + 1);
        if (exponent.starts_with('+') || exponent.starts_with('-'))
            exponent.remove_prefix(1);
        if (!is_digits(exponent))
            return false;
        mantissa = text.substr(0, at);
    }
    return as_decimal(mantissa).has_value();
}

// Adds one to a text of digits; whether one is carried beyond the first.
bool increment(std::string& digits) noexcept
{
    for (auto at = digits.rbegin(); at != digits.rend(); ++at) {
        if (*at != '9') {
            ++*at;
            return false;
        }
        *at = '0';
    }
    return true;
}

// "2024-01-31 13:37:00.5+00" is 2024-01-31T13:37:00.5Z; another offset stays one. A text of another form (infinity,
// years before Christ) stays as it is.
std::string iso_time(std::string_view text)
{
    if (text.size() < 10 || text[4] != '-' || text.ends_with("BC"))
        return std::string{text};
    std::string made{text.substr(0, 10)};
    if (text.size() == 10)
        return made + "T00:00:00Z";
    made += 'T';
    auto rest = text.substr(11);
    const auto sign = rest.find_first_of("+-");
    made += rest.substr(0, sign);
    if (sign == std::string_view::npos || rest.substr(sign) == "+00")
        return made + 'Z';
    made += rest.substr(sign);
    if (rest.size() - sign == 3)
        made += ":00";
    return made;
}

// 2024-01-31T13:37:00.5Z is "2024-01-31, 13:37:00:500 (+00:00)", as Lightdash shows it.
std::string readable_time(const std::string& iso)
{
    constexpr std::size_t of_seconds = 19; // characters up to them
    if (iso.size() <= of_seconds || iso[10] != 'T')
        return iso;
    const auto zone = iso.find_first_of("Z+-", of_seconds);
    if (zone == std::string::npos)
        return iso;
    auto milliseconds =
        zone > of_seconds ? iso.substr(of_seconds + 1, std::min<std::size_t>(zone - of_seconds - 1, 3)) : std::string{};
    milliseconds.resize(3, '0');
    return iso.substr(0, 10) + ", " + iso.substr(11, 8) + ':' + milliseconds + " (" +
           (iso[zone] == 'Z' ? "+00:00" : iso.substr(zone)) + ')';
}

void append_value(std::string& out, std::string_view raw_json, std::string_view formatted)
{
    out += raw_json;
    out += ",\"formatted\":";
    json::write(out, formatted);
    out += "}}";
}

std::string quoted(std::string_view text)
{
    std::string made;
    json::write(made, text);
    return made;
}

void append_field(std::string& out, column_type type, std::string_view text)
{
    switch (type) {
    case column_type::number:
        append_value(out, is_json_number(text) ? std::string{text} : quoted(text), with_separators(text));
        return;
    case column_type::boolean:
        if (text == "t" || text == "f") {
            append_value(out, text == "t" ? "true" : "false", text == "t" ? "True" : "False");
            return;
        }
        break;
    case column_type::date:
        append_value(out, quoted(iso_time(text)), text.substr(0, 10));
        return;
    case column_type::timestamp:
        append_value(out, quoted(iso_time(text)), readable_time(iso_time(text)));
        return;
    case column_type::string:
        break;
    }
    append_value(out, quoted(text), text);
}

} // namespace

std::string with_separators(std::string_view number)
{
    const auto parts = as_decimal(number);
    if (!parts)
        return std::string{number};
    std::string whole{parts->whole}, fraction{parts->fraction.substr(0, most_decimals)};
    const bool up = parts->fraction.size() > most_decimals && parts->fraction[most_decimals] >= '5';
    if (up && increment(fraction) && increment(whole))
        whole.insert(0, 1, '1');
    while (fraction.ends_with('0'))
        fraction.pop_back();
    std::string made;
    const bool is_zero = fraction.empty() && whole.find_first_not_of('0') == std::string::npos;
    if (parts->negative && !is_zero)
        made += '-';
    for (std::size_t i = 0; i < whole.size(); ++i) {
        if (i != 0 && (whole.size() - i) % 3 == 0)
            made += ',';
        made += whole[i];
    }
    if (!fraction.empty())
        made.append(".").append(fraction);
    return made;
}

std::vector<result_column> columns_of(const pg::result& rows)
{
    const auto type_of = [&](std::size_t column) {
        switch (rows.rows() == 0 ? pg::oid::text : rows.field(0, column).type) {
        case pg::oid::boolean:
            return column_type::boolean;
        case pg::oid::int2:
        case pg::oid::int4:
        case pg::oid::int8:
        case pg::oid::float4:
        case pg::oid::float8:
        case pg::oid::numeric:
            return column_type::number;
        case pg::oid::date:
            return column_type::date;
        case pg::oid::timestamp:
        case pg::oid::timestamptz:
            return column_type::timestamp;
        default:
            return column_type::string;
        }
    };
    std::vector<result_column> found;
    for (std::size_t i = 0; i < rows.columns(); ++i)
        found.push_back({std::string{rows.column_name(i)}, type_of(i)});
    return found;
}

row_text::row_text(const std::vector<result_column>& columns)
{
    columns_.reserve(columns.size());
    for (const auto& each : columns)
        columns_.push_back({quoted(each.reference) + ":{\"value\":{\"raw\":", each.type});
}

void row_text::append(std::string& out, const pg::result& rows, std::size_t row) const
{
    out += '{';
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (i != 0)
            out += ',';
        out += columns_[i].key;
        const auto field = rows.field(row, i);
        if (field.null)
            append_value(out, "null", nothing);
        else
            append_field(out, columns_[i].type, field.bytes);
    }
    out += '}';
}

} // namespace lightdash::queries
