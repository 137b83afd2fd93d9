#include "lightdash/pg/codec.hpp"

#include "pg/codec/codec_bytes.hpp"

#include <fmt/format.h>

#include <limits>

namespace lightdash::pg::detail {
namespace {

using std::chrono::days;
using std::chrono::microseconds;
using std::chrono::nanoseconds;
using std::chrono::sys_days;
using std::chrono::sys_time;

// PostgreSQL counts from 2000-01-01 (datatype/timestamp.h); the ends of the integers are its infinities.
constexpr sys_days postgres_epoch = std::chrono::year{2000} / 1 / 1;
constexpr std::int64_t epoch_microseconds = microseconds{postgres_epoch.time_since_epoch()}.count();
constexpr std::int64_t epoch_days = postgres_epoch.time_since_epoch().count();

// The ends of a clock stand for PostgreSQL's infinities, as in other drivers; what lies between them and the last year
// that a clock can hold is its last finite value.
template <class Rep>
constexpr Rep earliest = std::numeric_limits<Rep>::min();
template <class Rep>
constexpr Rep latest = std::numeric_limits<Rep>::max();

template <class T>
bool is_infinity(T value) noexcept
{
    return value == latest<T> || value == earliest<T>;
}

[[noreturn]] void throw_too_far(std::string_view cpp_name)
{
    throw error{error_kind::database_error,
                fmt::format("A point in time of the database lies outside of {}.", cpp_name)};
}

[[noreturn]] void throw_not_storable(std::string_view what)
{
    throw error{error_kind::invalid_value, fmt::format("This {} lies outside of what PostgreSQL can store.", what)};
}

void require(const field_view& field, oid expected, std::size_t size, std::string_view cpp_name)
{
    if (field.null)
        throw_null(field, cpp_name);
    if (field.type != expected || !field.binary || field.bytes.size() != size)
        throw_mismatch(field, cpp_name);
}

} // namespace

void encode_timestamp(sys_time<microseconds> value, std::string& out)
{
    const std::int64_t unix_time = value.time_since_epoch().count();
    std::int64_t since = unix_time;
    if (!is_infinity(unix_time) &&
        (__builtin_sub_overflow(unix_time, epoch_microseconds, &since) || is_infinity(since)))
        throw_not_storable("point in time");
    put(out, since);
}

void encode_date(sys_days value, std::string& out)
{
    using days_sent = std::int32_t;
    if (value == sys_days::max() || value == sys_days::min()) {
        put(out, value == sys_days::max() ? latest<days_sent> : earliest<days_sent>);
        return;
    }
    const std::int64_t since = std::int64_t{value.time_since_epoch().count()} - epoch_days;
    if (since <= earliest<days_sent> || since >= latest<days_sent>)
        throw_not_storable("date");
    put(out, static_cast<days_sent>(since));
}

sys_time<microseconds> decode_timestamp(const field_view& field, oid expected, std::string_view cpp_name)
{
    require(field, expected, 8, cpp_name);
    const auto since = get<std::int64_t>(field.bytes);
    std::int64_t unix_time = since;
    if (!is_infinity(since) &&
        (__builtin_add_overflow(since, epoch_microseconds, &unix_time) || is_infinity(unix_time)))
        unix_time = latest<std::int64_t> - 1; // after 294247-01-10
    return sys_time<microseconds>{microseconds{unix_time}};
}

sys_time<nanoseconds> decode_time_point(const field_view& field)
{
    static constexpr std::string_view name = "std::chrono::system_clock::time_point";
    const auto exact = decode_timestamp(field, oid::timestamptz, name);
    if (is_infinity(exact.time_since_epoch().count()))
        return sys_time<nanoseconds>{nanoseconds{exact.time_since_epoch().count()}};
    std::int64_t nanos = 0;
    if (__builtin_mul_overflow(exact.time_since_epoch().count(), std::int64_t{1000}, &nanos))
        throw_too_far(name);
    return sys_time<nanoseconds>{nanoseconds{nanos}};
}

sys_days decode_date(const field_view& field, std::string_view cpp_name)
{
    require(field, oid::date, 4, cpp_name);
    const auto since = get<std::int32_t>(field.bytes);
    if (is_infinity(since))
        return since > 0 ? sys_days::max() : sys_days::min();
    return postgres_epoch + days{since};
}

std::chrono::year_month_day decode_year_month_day(const field_view& field)
{
    static constexpr std::string_view name = "std::chrono::year_month_day";
    static constexpr sys_days first = std::chrono::year::min() / 1 / 1;
    static constexpr sys_days last = std::chrono::year::max() / 12 / 31;
    const auto day = decode_date(field, name);
    if (day < first || day > last)
        throw_too_far(name);
    return day;
}

sys_days checked_days(std::chrono::year_month_day value)
{
    if (!value.ok())
        throw error{error_kind::invalid_value,
                    fmt::format("{}-{:02}-{:02} is no day of the calendar.", static_cast<int>(value.year()),
                                static_cast<unsigned>(value.month()), static_cast<unsigned>(value.day()))};
    return value;
}

} // namespace lightdash::pg::detail
