#include "lightdash/pg/codec.hpp"

#include "pg/codec/codec_bytes.hpp"

#include <fmt/format.h>

#include <charconv>

namespace lightdash::pg::detail {
namespace {

// The binary form (utils/adt/numeric.c, numeric_send): four 16-bit words (digit count, weight of the first digit, sign,
// decimals to show), then digits in base 10,000, the value being the sum of digit[i] * 10,000^(weight - i).
constexpr std::size_t numeric_header_size = 8;
constexpr int base_digits = 4;
enum sign : std::uint16_t {
    positive = 0x0000,
    negative = 0x4000,
    nan = 0xC000,
    infinity = 0xD000,
    minus_infinity = 0xF000
};

class digits {
public:
    digits(std::string_view groups, int count, int weight) : groups_(groups), count_(count), weight_(weight) {}
    // The group with this power of 10,000; zero outside of those that were sent.
    int group(int power) const noexcept
    {
        const int index = weight_ - power;
        return index < 0 || index >= count_ ? 0 : get<std::int16_t>(groups_, static_cast<std::size_t>(index) * 2);
    }
    bool valid() const noexcept
    {
        for (int i = 0; i < count_; ++i)
            if (const int value = group(weight_ - i); value < 0 || value > 9999)
                return false;
        return true;
    }

private:
    std::string_view groups_;
    int count_;
    int weight_;
};

void append_padded(std::string& out, int group)
{
    const char text[base_digits] = {static_cast<char>('0' + group / 1000), static_cast<char>('0' + group / 100 % 10),
                                    static_cast<char>('0' + group / 10 % 10), static_cast<char>('0' + group % 10)};
    out.append(text, base_digits);
}

void append_integer_part(std::string& out, const digits& number, int weight)
{
    if (weight < 0) {
        out += '0';
        return;
    }
    char first[base_digits];
    const auto end = std::to_chars(first, first + base_digits, number.group(weight)).ptr;
    out.append(first, end);
    for (int power = weight - 1; power >= 0; --power)
        append_padded(out, number.group(power));
}

void append_fraction(std::string& out, const digits& number, int scale)
{
    if (scale == 0)
        return;
    out += '.';
    const auto end = out.size() + static_cast<std::size_t>(scale);
    for (int power = -1; out.size() < end; --power)
        append_padded(out, number.group(power));
    out.resize(end);
}

bool looks_numeric(std::string_view text) noexcept
{
    return !text.empty() && text.find_first_not_of("0123456789+-.eEinfatyINFATY") == std::string_view::npos;
}

} // namespace

void encode_numeric(const numeric& value, std::string& out)
{
    if (!looks_numeric(value.text))
        throw error{error_kind::invalid_value, "A decimal number is written like -12.340, 1e6, NaN or Infinity."};
    out += value.text;
}

std::string decode_numeric(const field_view& field)
{
    static constexpr std::string_view name = "numeric";
    if (field.null)
        throw_null(field, name);
    if (field.type != oid::numeric)
        throw_mismatch(field, name);
    if (!field.binary)
        return std::string{field.bytes};
    if (field.bytes.size() < numeric_header_size)
        throw_mismatch(field, name);

    const int count = get<std::int16_t>(field.bytes, 0);
    const int weight = get<std::int16_t>(field.bytes, 2);
    const auto sign_word = get<std::uint16_t>(field.bytes, 4);
    const int scale = get<std::int16_t>(field.bytes, 6);
    switch (sign_word) {
    case nan:
        return "NaN";
    case infinity:
        return "Infinity";
    case minus_infinity:
        return "-Infinity";
    case positive:
    case negative:
        break;
    default:
        throw_mismatch(field, name);
    }
    if (count < 0 || scale < 0 || field.bytes.size() != numeric_header_size + static_cast<std::size_t>(count) * 2)
        throw_mismatch(field, name);
    const digits number{field.bytes.substr(numeric_header_size), count, weight};
    if (!number.valid())
        throw_mismatch(field, name);

    std::string text;
    text.reserve(static_cast<std::size_t>((weight < 0 ? 1 : (weight + 1) * base_digits) + scale + base_digits + 2));
    if (sign_word == negative)
        text += '-';
    append_integer_part(text, number, weight);
    append_fraction(text, number, scale);
    return text;
}

} // namespace lightdash::pg::detail
