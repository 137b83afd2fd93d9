#include "lightdash/pg/codec.hpp"

#include "pg/codec_bytes.hpp"

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

template <class T>
bool is_infinity(T value) noexcept
{
    return value == std::numeric_limits<T>::max() || value == std::numeric_limits<T>::min();
}

[[noreturn]] void throw_infinity(const field_view& field, std::string_view cpp_name)
{
    throw error{error_kind::database_error,
                fmt::format("A value of type {} is infinite: {} holds finite points in time only; "
                            "filter it out or use nullif(column, 'infinity').",
                            type_name(field.type), cpp_name)};
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
    std::int64_t since = 0;
    if (__builtin_sub_overflow(value.time_since_epoch().count(), epoch_microseconds, &since) || is_infinity(since))
        throw_not_storable("point in time");
    put(out, since);
}

void encode_date(sys_days value, std::string& out)
{
    const std::int64_t since = std::int64_t{value.time_since_epoch().count()} - epoch_days;
    if (since <= std::numeric_limits<std::int32_t>::min() || since >= std::numeric_limits<std::int32_t>::max())
        throw_not_storable("date");
    put(out, static_cast<std::int32_t>(since));
}

sys_time<microseconds> decode_timestamp(const field_view& field, oid expected, std::string_view cpp_name)
{
    require(field, expected, 8, cpp_name);
    const auto since = get<std::int64_t>(field.bytes);
    if (is_infinity(since))
        throw_infinity(field, cpp_name);
    std::int64_t unix_time = 0;
    if (__builtin_add_overflow(since, epoch_microseconds, &unix_time))
        throw_too_far(cpp_name);
    return sys_time<microseconds>{microseconds{unix_time}};
}

sys_time<nanoseconds> decode_time_point(const field_view& field)
{
    static constexpr std::string_view name = "std::chrono::system_clock::time_point";
    const auto exact = decode_timestamp(field, oid::timestamptz, name);
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
        throw_infinity(field, cpp_name);
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
