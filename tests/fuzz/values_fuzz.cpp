// Values as a server may send them: whatever the bytes, a codec returns a value or says what does not fit; and what it
// returns can be sent and read again.
#include "fuzz/broken.hpp"
#include "lightdash/core/error.hpp"
#include "lightdash/pg/codec.hpp"
#include "lightdash/pg/codec_array.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lightdash::fuzz {
namespace {

enum class mood : unsigned char { sad, content };
LIGHTDASH_DESCRIBE_ENUM(mood, sad, content)

using pg::oid;

constexpr std::array types{oid::boolean,       oid::bytea,
                           oid::single_char,   oid::name,
                           oid::int8,          oid::int2,
                           oid::int4,          oid::text,
                           oid::object_id,     oid::json,
                           oid::float4,        oid::float8,
                           oid::date,          oid::timestamp,
                           oid::timestamptz,   oid::numeric,
                           oid::uuid,          oid::jsonb,
                           oid::boolean_array, oid::int4_array,
                           oid::text_array,    oid::timestamp_array,
                           oid::date_array,    oid::numeric_array,
                           oid::jsonb_array,   oid::uuid_array,
                           oid{16'400},        oid{0}};

template <class T>
std::optional<T> decoded(const pg::field_view& field)
{
    try {
        return pg::codec<T>::decode(field);
    } catch (const error& refused) {
        require(refused.kind() == error_kind::database_error || refused.kind() == error_kind::invalid_value,
                "what does not fit is the database's", refused.message());
        require(!refused.message().empty(), "a refusal says why");
        return std::nullopt;
    }
}

template <class T>
bool same(const T& a, const T& b)
{
    if constexpr (std::is_floating_point_v<T>)
        return a == b || (std::isnan(a) && std::isnan(b));
    else
        return a == b;
}

template <class T>
void check(const pg::field_view& field)
{
    const auto value = decoded<T>(field);
    if (!value)
        return;
    std::string sent;
    try {
        pg::codec<T>::encode(*value, sent);
    } catch (const error&) {
        return; // a text that holds what PostgreSQL stores nowhere
    }
    const auto type = pg::codec<T>::type == oid::unknown ? oid::text : pg::codec<T>::type;
    const auto again = decoded<T>({sent, type, false, pg::codec<T>::binary});
    require(again && same(*again, *value), "a value is read again as it was sent", pg::codec<T>::cpp_name());
}

void check_all(const pg::field_view& field)
{
    check<bool>(field);
    check<char>(field);
    check<std::int16_t>(field);
    check<std::int32_t>(field);
    check<std::int64_t>(field);
    check<float>(field);
    check<double>(field);
    check<std::string>(field);
    check<uuid>(field);
    check<pg::numeric>(field);
    check<pg::json_text>(field);
    check<pg::bytes>(field);
    check<pg::timestamp>(field);
    check<pg::timestamptz>(field);
    check<pg::date>(field);
    check<std::vector<bool>>(field);
    check<std::vector<std::int32_t>>(field);
    check<std::vector<std::optional<std::string>>>(field);
    check<std::vector<pg::timestamp>>(field);
    check<std::vector<uuid>>(field);
    decoded<std::chrono::year_month_day>(field);
    decoded<std::chrono::sys_time<std::chrono::nanoseconds>>(field);
    decoded<mood>(field);
    decoded<std::optional<std::int32_t>>(field);
}

} // namespace
} // namespace lightdash::fuzz

// The first byte says which type the server names, the second whether the form is binary and the value NULL.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < 2)
        return 0;
    const std::string_view bytes{reinterpret_cast<const char*>(data) + 2, size - 2};
    const auto type = lightdash::fuzz::types[data[0] % lightdash::fuzz::types.size()];
    lightdash::fuzz::check_all({bytes, type, data[1] % 8 == 7, data[1] % 2 == 0});
    return 0;
}
