// std::vector as a one-dimensional PostgreSQL array; std::optional elements where NULLs may be.
#pragma once

#include "lightdash/pg/codec.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::pg {
namespace detail {

// The array type of an element type; oid::unknown where there is none, or where the server shall infer it.
constexpr oid array_type_of(oid element) noexcept
{
    switch (element) {
    case oid::boolean:
        return oid::boolean_array;
    case oid::bytea:
        return oid::bytea_array;
    case oid::single_char:
        return oid::single_char_array;
    case oid::int2:
        return oid::int2_array;
    case oid::int4:
        return oid::int4_array;
    case oid::int8:
        return oid::int8_array;
    case oid::text:
        return oid::text_array;
    case oid::float4:
        return oid::float4_array;
    case oid::float8:
        return oid::float8_array;
    case oid::date:
        return oid::date_array;
    case oid::timestamp:
        return oid::timestamp_array;
    case oid::timestamptz:
        return oid::timestamptz_array;
    case oid::numeric:
        return oid::numeric_array;
    case oid::uuid:
        return oid::uuid_array;
    case oid::jsonb:
        return oid::jsonb_array;
    default:
        return oid::unknown;
    }
}

// Appends an array in binary format, element by element.
class binary_array_writer {
public:
    binary_array_writer(std::string& out, oid element, std::size_t size);
    void begin_element();
    void end_element();
    void null_element();

private:
    std::string& out_;
    std::size_t flags_at_;
    std::size_t length_at_ = 0;
};

// Appends an array literal: {"a","b",NULL} (PostgreSQL manual, "Array Input and Output Syntax").
class text_array_writer {
public:
    explicit text_array_writer(std::string& out);
    std::string& begin_element(); // the element's plain text goes here
    void end_element();
    void null_element();
    void finish();

private:
    void separate();
    std::string& out_;
    std::string element_;
    bool first_ = true;
};

// Reads the header of a binary array and then each element.
class array_reader {
public:
    // Throws error_kind::database_error when the field is no array, is NULL, or has more than one dimension.
    array_reader(const field_view& field, std::string_view cpp_name);
    std::size_t size() const noexcept { return size_; }
    field_view next();

private:
    std::string_view rest_;
    oid array_;
    oid element_ = oid::unknown;
    std::size_t size_ = 0;
};

template <class T>
struct array_element {
    using type = T;
    static bool null(const T&) { return false; }
    static const T& value(const T& element) { return element; }
    static const T& value(const T&& element) = delete;
};
template <class T>
struct array_element<std::optional<T>> {
    using type = T;
    static bool null(const std::optional<T>& element) { return !element; }
    static const T& value(const std::optional<T>& element) { return *element; }
};

// Single values whose array type is known, or left to the server: a vector of anything else has no codec, so that it is
// refused where it is written.
template <class T>
concept element_of_array = requires { codec<typename array_element<T>::type>::type; } &&
                           (array_type_of(codec<typename array_element<T>::type>::type) != oid::unknown ||
                            codec<typename array_element<T>::type>::type == oid::unknown);

} // namespace detail

template <detail::element_of_array T>
struct codec<std::vector<T>> {
    using element = detail::array_element<T>;
    using element_codec = codec<typename element::type>;
    static constexpr oid type = detail::array_type_of(element_codec::type);
    static constexpr bool binary = element_codec::binary;

    static std::string cpp_name() { return "std::vector<" + codec<T>::cpp_name() + ">"; }

    static void encode(const std::vector<T>& values, std::string& out)
    {
        if constexpr (binary) {
            detail::binary_array_writer writer{out, element_codec::type, values.size()};
            for (const T& each : values) {
                if (element::null(each)) {
                    writer.null_element();
                    continue;
                }
                writer.begin_element();
                element_codec::encode(element::value(each), out);
                writer.end_element();
            }
        } else {
            detail::text_array_writer writer{out};
            for (const T& each : values) {
                if (element::null(each)) {
                    writer.null_element();
                    continue;
                }
                element_codec::encode(element::value(each), writer.begin_element());
                writer.end_element();
            }
            writer.finish();
        }
    }

    static std::vector<T> decode(const field_view& field)
    {
        detail::array_reader reader{field, "std::vector"};
        std::vector<T> values;
        values.reserve(reader.size());
        for (std::size_t i = 0; i < reader.size(); ++i)
            values.push_back(codec<T>::decode(reader.next()));
        return values;
    }
};

} // namespace lightdash::pg
