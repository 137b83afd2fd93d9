#include "lightdash/core/plain_text.hpp"
#include "lightdash/core/time.hpp"
#include "lightdash/core/utf8.hpp"
#include "lightdash/json/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace lightdash::json {
namespace {

void write_escape(std::string& out, char c)
{
    switch (c) {
    case '"':
        out += "\\\"";
        return;
    case '\\':
        out += "\\\\";
        return;
    case '\n':
        out += "\\n";
        return;
    case '\r':
        out += "\\r";
        return;
    case '\t':
        out += "\\t";
        return;
    case '\b':
        out += "\\b";
        return;
    case '\f':
        out += "\\f";
        return;
    case '\x7F': // no JSON text needs it escaped (RFC 8259 section 7)
        out += c;
        return;
    default:
        fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
}

template <class Number>
void write_number(std::string& out, Number number)
{
    std::array<char, 32> digits;
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    out.append(digits.data(), written.ptr);
}

template <class Number>
void write_finite(std::string& out, Number number)
{
    if (!std::isfinite(number))
        throw error{error_kind::internal, "a number that is not finite cannot be written as JSON"};
    write_number(out, number);
}

} // namespace

void write_text(std::string& out, std::string_view text)
{
    out += '"';
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at != end) {
        const char* const plain = plain_end(at, end);
        out.append(at, plain);
        at = plain;
        if (at == end)
            break;
        if (static_cast<unsigned char>(*at) < 0x80) {
            write_escape(out, *at++);
            continue;
        }
        const auto next = first_utf8_sequence({at, end});
        out.append(next.valid ? std::string_view{at, next.size} : replacement_character);
        at += next.size;
    }
    out += '"';
}

void write_signed(std::string& out, std::int64_t number)
{
    write_number(out, number);
}
void write_unsigned(std::string& out, std::uint64_t number)
{
    write_number(out, number);
}
void write_double(std::string& out, double number)
{
    write_finite(out, number);
}
void write_float(std::string& out, float number)
{
    write_finite(out, number);
}

void write_uuid(std::string& out, const uuid& id)
{
    std::array<char, uuid::text_size + 2> quoted;
    quoted.front() = quoted.back() = '"';
    id.write_to(quoted.data() + 1);
    out.append(quoted.data(), quoted.size());
}

namespace {

// Clients read times as ECMAScript's (ECMA-262, "Time Values and Time Range"): what lies outside of these, infinity
// among it, would be "Invalid Date" to them.
constexpr std::chrono::sys_days last_day{std::chrono::days{100'000'000}};
constexpr std::chrono::sys_days first_day{std::chrono::days{-100'000'000}};

} // namespace

void write_time(std::string& out, std::chrono::sys_time<std::chrono::microseconds> when)
{
    std::array<char, iso8601_capacity + 2> quoted;
    const std::size_t size = write_iso8601(quoted.data() + 1, std::clamp<utc_time>(when, first_day, last_day));
    quoted[0] = quoted[size + 1] = '"';
    out.append(quoted.data(), size + 2);
}

void write_date(std::string& out, std::chrono::sys_days day)
{
    std::array<char, iso8601_capacity> text;
    const std::string_view whole{text.data(), write_iso8601(text.data(), std::clamp(day, first_day, last_day))};
    write_text(out, whole.substr(0, whole.find('T')));
}

void write_raw(std::string& out, const raw& kept)
{
    out += kept.text.empty() ? std::string_view{"null"} : kept.text;
}

} // namespace lightdash::json
