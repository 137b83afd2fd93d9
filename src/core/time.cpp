#include "lightdash/core/time.hpp"

#include <cstdint>

namespace lightdash {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::microseconds;

struct civil_date {
    std::int64_t year;
    unsigned month, day;
};

// std::chrono::year ends at 32767, PostgreSQL's years at 294276: the calendar is computed here, in eras of 400 years
// that begin in March.
civil_date civil_from_days(std::int64_t since_epoch) noexcept
{
    const std::int64_t shifted = since_epoch + 719'468;
    const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146'096) / 146'097;
    const auto day_of_era = static_cast<unsigned>(shifted - era * 146'097);
    const unsigned year_of_era = (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
    const unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const unsigned shifted_month = (5 * day_of_year + 2) / 153;
    const unsigned month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
    const std::int64_t year = static_cast<std::int64_t>(year_of_era) + era * 400 + (month <= 2 ? 1 : 0);
    return {year, month, day_of_year - (153 * shifted_month + 2) / 5 + 1};
}

char* put_digits(char* out, std::uint64_t value, int width) noexcept
{
    for (int i = width - 1; i >= 0; --i) {
        out[i] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
    return out + width;
}

char* put_year(char* out, std::int64_t year) noexcept
{
    if (year >= 0 && year <= 9999)
        return put_digits(out, static_cast<std::uint64_t>(year), 4);
    *out++ = year < 0 ? '-' : '+';
    return put_digits(out, static_cast<std::uint64_t>(year < 0 ? -year : year), 6);
}

// Reads exactly `width` digits; false leaves `text` unspecified.
bool take_digits(std::string_view& text, std::size_t width, unsigned& value) noexcept
{
    if (text.size() < width)
        return false;
    value = 0;
    for (std::size_t i = 0; i < width; ++i) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        value = value * 10 + static_cast<unsigned>(text[i] - '0');
    }
    text.remove_prefix(width);
    return true;
}

bool take(std::string_view& text, std::string_view any_of) noexcept
{
    if (text.empty() || any_of.find(text.front()) == std::string_view::npos)
        return false;
    text.remove_prefix(1);
    return true;
}

bool take_fraction(std::string_view& text, microseconds& fraction) noexcept
{
    fraction = microseconds::zero();
    if (!take(text, "."))
        return true;
    unsigned digit = 0;
    int scale = 100'000;
    std::size_t count = 0;
    for (; take_digits(text, 1, digit); ++count, scale /= 10)
        fraction += microseconds{digit * static_cast<unsigned>(scale)};
    return count > 0;
}

bool take_zone(std::string_view& text, std::chrono::minutes& offset) noexcept
{
    offset = std::chrono::minutes::zero();
    if (take(text, "Zz"))
        return true;
    const bool behind = !text.empty() && text.front() == '-';
    unsigned hours = 0;
    unsigned minutes = 0;
    if (!take(text, "+-") || !take_digits(text, 2, hours) || !take(text, ":") || !take_digits(text, 2, minutes))
        return false;
    if (hours > 23 || minutes > 59)
        return false;
    offset = std::chrono::minutes{hours * 60 + minutes} * (behind ? -1 : 1);
    return true;
}

} // namespace

utc_time utc_now() noexcept
{
    return floor<microseconds>(std::chrono::system_clock::now());
}

std::size_t write_iso8601(char* out, utc_time when, int fraction_digits) noexcept
{
    // In plain numbers: the first day of the range begins before it, and std::chrono::floor would overflow there.
    constexpr std::int64_t day_length = 86'400'000'000;
    const std::int64_t since_epoch = when.time_since_epoch().count();
    const std::int64_t day = since_epoch / day_length - (since_epoch % day_length < 0 ? 1 : 0);
    auto in_day = static_cast<std::uint64_t>((since_epoch % day_length + day_length) % day_length);
    const civil_date date = civil_from_days(day);
    char* at = put_year(out, date.year);
    *at++ = '-';
    at = put_digits(at, date.month, 2);
    *at++ = '-';
    at = put_digits(at, date.day, 2);
    *at++ = 'T';
    const std::uint64_t fraction = in_day % 1'000'000;
    in_day /= 1'000'000;
    at = put_digits(at, in_day / 3600, 2);
    *at++ = ':';
    at = put_digits(at, in_day / 60 % 60, 2);
    *at++ = ':';
    at = put_digits(at, in_day % 60, 2);
    *at++ = '.';
    at = fraction_digits == 6 ? put_digits(at, fraction, 6) : put_digits(at, fraction / 1000, 3);
    *at++ = 'Z';
    return static_cast<std::size_t>(at - out);
}

std::string to_iso8601(utc_time when)
{
    char text[iso8601_capacity];
    return {text, write_iso8601(text, when)};
}

std::optional<utc_time> parse_iso8601(std::string_view text) noexcept
{
    unsigned year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    microseconds fraction{};
    std::chrono::minutes offset{};
    const bool shaped = take_digits(text, 4, year) && take(text, "-") && take_digits(text, 2, month) &&
                        take(text, "-") && take_digits(text, 2, day) && take(text, "Tt ") &&
                        take_digits(text, 2, hour) && take(text, ":") && take_digits(text, 2, minute) &&
                        take(text, ":") && take_digits(text, 2, second) && take_fraction(text, fraction) &&
                        take_zone(text, offset) && text.empty();
    if (!shaped || hour > 23 || minute > 59 || second > 59)
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(year)}, std::chrono::month{month},
                                           std::chrono::day{day}};
    if (!date.ok())
        return std::nullopt;
    return std::chrono::sys_days{date} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
           std::chrono::seconds{second} + fraction - offset;
}

std::string to_http_date(std::chrono::sys_seconds when)
{
    static constexpr std::string_view weekdays = "SunMonTueWedThuFriSat";
    static constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const auto day = floor<days>(when);
    const civil_date date = civil_from_days(day.time_since_epoch().count());
    const auto in_day = static_cast<std::uint64_t>((when - day).count());

    char text[] = "Sun, 06 Nov 1994 08:49:37 GMT";
    weekdays.copy(text, 3, std::chrono::weekday{day}.c_encoding() * 3);
    put_digits(text + 5, date.day, 2);
    months.copy(text + 8, 3, (date.month - 1) * 3);
    put_digits(text + 12, static_cast<std::uint64_t>(date.year), 4);
    put_digits(text + 17, in_day / 3600, 2);
    put_digits(text + 20, in_day / 60 % 60, 2);
    put_digits(text + 23, in_day % 60, 2);
    return {text, sizeof text - 1};
}

} // namespace lightdash
