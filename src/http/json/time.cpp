#include "http/json/time.hpp"

#include <array>
#include <cstddef>

namespace lightdash::http::json {
namespace {

namespace chrono = std::chrono;

char* put(char* at, unsigned number, int digits) noexcept
{
    for (int i = digits - 1; i >= 0; --i, number /= 10)
        at[i] = static_cast<char>('0' + number % 10);
    return at + digits;
}

char* put_date(char* at, chrono::sys_days day) noexcept
{
    // chrono::year has 16 bits, a sys_time of microseconds reaches ten times further (algorithm: Howard Hinnant,
    // civil_from_days).
    const std::int64_t shifted = day.time_since_epoch().count() + std::int64_t{719468};
    const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    const auto day_of_era = static_cast<unsigned>(shifted - era * 146097);
    const unsigned year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const unsigned month_from_march = (5 * day_of_year + 2) / 153;
    const unsigned month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    const std::int64_t year = static_cast<std::int64_t>(year_of_era) + era * 400 + (month <= 2 ? 1 : 0);

    if (year < 0 || year > 9999) {
        *at++ = year < 0 ? '-' : '+';
        at = put(at, static_cast<unsigned>(year < 0 ? -year : year), 6);
    } else {
        at = put(at, static_cast<unsigned>(year), 4);
    }
    *at++ = '-';
    at = put(at, month, 2);
    *at++ = '-';
    return put(at, day_of_year - (153 * month_from_march + 2) / 5 + 1, 2);
}

// Takes what it understands off the front of a text.
class scanner {
public:
    explicit scanner(std::string_view text) noexcept : rest_(text) {}

    bool done() const noexcept { return rest_.empty(); }
    bool skip(char c) noexcept
    {
        if (!rest_.starts_with(c))
            return false;
        rest_.remove_prefix(1);
        return true;
    }
    bool number(unsigned& into, std::size_t digits, unsigned highest) noexcept
    {
        if (rest_.size() < digits)
            return false;
        into = 0;
        for (std::size_t i = 0; i < digits; ++i) {
            if (!is_digit(rest_[i]))
                return false;
            into = into * 10 + static_cast<unsigned>(rest_[i] - '0');
        }
        rest_.remove_prefix(digits);
        return into <= highest;
    }
    // At least one digit; into millionths.
    bool fraction(unsigned& into) noexcept
    {
        std::size_t digits = 0;
        into = 0;
        for (; digits < rest_.size() && is_digit(rest_[digits]); ++digits)
            if (digits < 6)
                into = into * 10 + static_cast<unsigned>(rest_[digits] - '0');
        for (std::size_t i = digits; i < 6; ++i)
            into *= 10;
        rest_.remove_prefix(digits);
        return digits > 0;
    }
    bool date(chrono::sys_days& into) noexcept
    {
        unsigned year = 0, month = 0, day = 0;
        if (!(number(year, 4, 9999) && skip('-') && number(month, 2, 12) && skip('-') && number(day, 2, 31)))
            return false;
        const chrono::year_month_day named{chrono::year{static_cast<int>(year)}, chrono::month{month},
                                           chrono::day{day}};
        into = named;
        return named.ok();
    }
    // Z or ±HH:MM, into minutes.
    bool offset(int& into) noexcept
    {
        if (skip('Z')) {
            into = 0;
            return true;
        }
        const bool west = rest_.starts_with('-');
        if (!skip('+') && !skip('-'))
            return false;
        unsigned hours = 0, minutes = 0;
        if (!(number(hours, 2, 23) && skip(':') && number(minutes, 2, 59)))
            return false;
        const int total = static_cast<int>(hours * 60 + minutes);
        into = west ? -total : total;
        return true;
    }

private:
    static bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
    std::string_view rest_;
};

} // namespace

void append_iso_date(std::string& out, chrono::sys_days day)
{
    std::array<char, 16> text;
    out.append(text.data(), put_date(text.data(), day));
}

void append_iso_time(std::string& out, chrono::sys_time<chrono::microseconds> when)
{
    const auto day = chrono::floor<chrono::days>(when);
    auto in_day = static_cast<std::uint64_t>((when - day).count() / 1000);
    std::array<char, 32> text;
    char* at = put_date(text.data(), day);
    *at++ = 'T';
    at = put(at, static_cast<unsigned>(in_day / 3'600'000), 2);
    *at++ = ':';
    at = put(at, static_cast<unsigned>(in_day / 60'000 % 60), 2);
    *at++ = ':';
    at = put(at, static_cast<unsigned>(in_day / 1000 % 60), 2);
    *at++ = '.';
    at = put(at, static_cast<unsigned>(in_day % 1000), 3);
    *at++ = 'Z';
    out.append(text.data(), at);
}

std::optional<chrono::sys_time<chrono::microseconds>> parse_iso_time(std::string_view text) noexcept
{
    scanner from{text};
    chrono::sys_days day;
    unsigned hours = 0, minutes = 0, seconds = 0, micros = 0;
    int offset = 0;
    if (!(from.date(day) && from.skip('T') && from.number(hours, 2, 23) && from.skip(':') &&
          from.number(minutes, 2, 59) && from.skip(':') && from.number(seconds, 2, 59)))
        return std::nullopt;
    if (from.skip('.') && !from.fraction(micros))
        return std::nullopt;
    if (!from.offset(offset) || !from.done())
        return std::nullopt;
    return day + chrono::hours{hours} + chrono::minutes{static_cast<int>(minutes) - offset} + chrono::seconds{seconds} +
           chrono::microseconds{micros};
}

std::optional<chrono::sys_days> parse_iso_date(std::string_view text) noexcept
{
    scanner from{text};
    chrono::sys_days day;
    if (!from.date(day) || !from.done())
        return std::nullopt;
    return day;
}

} // namespace lightdash::http::json
