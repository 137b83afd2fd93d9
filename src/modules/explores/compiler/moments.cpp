#include "modules/explores/compiler/moments.hpp"

#include "lightdash/core/time.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lightdash::explores {
namespace {

namespace chrono = std::chrono;
using chrono::microseconds;

constexpr std::size_t longest_moment = 40;
constexpr chrono::sys_days first_day{chrono::year{1} / 1 / 1}, behind_last_day{chrono::year{10000} / 1 / 1};

bool has_offset(std::string_view time)
{
    return time.ends_with('Z') || time.ends_with('z') || time.find_last_of("+-") != std::string_view::npos;
}

chrono::year_month_day day_of(local_moment at)
{
    return chrono::year_month_day{chrono::floor<chrono::days>(at)};
}

local_moment add_months(local_moment from, std::int64_t months)
{
    const auto midnight = chrono::floor<chrono::days>(from);
    const auto day = chrono::year_month_day{midnight};
    const auto month = day.year() / day.month() + chrono::months{months};
    const auto last = chrono::year_month_day_last{month.year(), chrono::month_day_last{month.month()}};
    return chrono::sys_days{month / std::min(day.day(), last.day())} + (from - midnight);
}

microseconds length_of(filter_unit unit)
{
    switch (unit) {
    case filter_unit::milliseconds:
        return chrono::milliseconds{1};
    case filter_unit::seconds:
        return chrono::seconds{1};
    case filter_unit::minutes:
        return chrono::minutes{1};
    case filter_unit::hours:
        return chrono::hours{1};
    case filter_unit::weeks:
        return chrono::weeks{1};
    default:
        return chrono::days{1};
    }
}

int months_in(filter_unit unit)
{
    switch (unit) {
    case filter_unit::months:
        return 1;
    case filter_unit::quarters:
        return 3;
    case filter_unit::years:
        return 12;
    default:
        return 0;
    }
}

} // namespace

std::optional<written_moment> parse_moment(std::string_view text)
{
    if (text.size() > longest_moment)
        return std::nullopt;
    std::string whole{text};
    if (whole.size() == 10)
        whole += "T00:00:00";
    else if (whole.size() > 10 && whole[10] == ' ')
        whole[10] = 'T';
    if (whole.size() < 16)
        return std::nullopt;
    if (whole.size() == 16 || (whole[16] != ':' && whole[13] == ':'))
        whole.insert(16, ":00");
    const bool absolute = has_offset(std::string_view{whole}.substr(11));
    const auto parsed = parse_iso8601(absolute ? whole : whole + 'Z');
    if (!parsed)
        return std::nullopt;
    const auto at = chrono::floor<microseconds>(*parsed);
    if (at < first_day || at >= behind_last_day)
        return std::nullopt;
    return written_moment{at, absolute};
}

std::string date_text(local_moment at)
{
    const auto day = day_of(at);
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                       static_cast<unsigned>(day.day()));
}

std::string time_text(local_moment at)
{
    const chrono::hh_mm_ss time{at - chrono::floor<chrono::days>(at)};
    return fmt::format("{} {:02}:{:02}:{:02}.{:06}", date_text(at), time.hours().count(), time.minutes().count(),
                       time.seconds().count(), time.subseconds().count());
}

std::optional<local_moment> add_units(local_moment from, filter_unit unit, std::int64_t count)
{
    constexpr std::int64_t most = 10'000'000'000; // of the shortest unit, four months: enough, and far from an overflow
    if (count < -most || count > most)
        return std::nullopt;
    const auto months = months_in(unit);
    constexpr std::int64_t most_months = 200'000, most_days = 8'000'000;
    if (months > 0 && (count > most_months || count < -most_months))
        return std::nullopt;
    const auto days = length_of(unit) / chrono::days{1};
    if (days > 0 && (count > most_days || count < -most_days))
        return std::nullopt;
    if (months == 0 && std::abs(static_cast<double>(count) * static_cast<double>(length_of(unit).count())) > 4e17)
        return std::nullopt;
    const auto made = months > 0 ? add_months(from, count * months) : from + length_of(unit) * count;
    if (made < first_day || made >= behind_last_day)
        return std::nullopt;
    return made;
}

local_moment begin_of(local_moment at, filter_unit unit)
{
    const auto midnight = chrono::floor<chrono::days>(at);
    if (unit == filter_unit::weeks)
        return midnight - (chrono::weekday{midnight} - chrono::Monday);
    if (const auto months = months_in(unit); months > 0) {
        const auto day = day_of(at);
        const auto month = static_cast<unsigned>(day.month()) - 1;
        return chrono::sys_days{day.year() / chrono::month{month - month % static_cast<unsigned>(months) + 1} / 1};
    }
    return at - (at - midnight) % length_of(unit);
}

} // namespace lightdash::explores
