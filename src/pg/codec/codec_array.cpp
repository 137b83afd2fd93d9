#include "lightdash/pg/codec.hpp"

#include "pg/codec/codec_bytes.hpp"

#include <fmt/format.h>

#include <limits>

namespace lightdash::pg::detail {
namespace {

// The binary form (utils/adt/arrayfuncs.c, array_send): dimensions, has-NULLs flag, element type; per dimension its
// size and lower bound; then each element with its length, -1 for NULL.
constexpr std::size_t array_header_size = 12;
constexpr std::size_t dimension_size = 8;
constexpr std::int32_t null_length = -1;

[[noreturn]] void throw_too_big()
{
    throw error{error_kind::invalid_value, "An array is larger than PostgreSQL can store (1 GB)."};
}

std::int32_t wire_size(std::size_t size)
{
    if (size > std::numeric_limits<std::int32_t>::max())
        throw_too_big();
    return static_cast<std::int32_t>(size);
}

} // namespace

binary_array_writer::binary_array_writer(std::string& out, oid element, std::size_t size)
    : out_(out), flags_at_(out.size() + 4)
{
    put(out_, std::int32_t{size == 0 ? 0 : 1});
    put(out_, std::int32_t{0});
    put(out_, static_cast<std::uint32_t>(element));
    if (size == 0)
        return;
    put(out_, wire_size(size));
    put(out_, std::int32_t{1});
}

void binary_array_writer::begin_element()
{
    length_at_ = out_.size();
    put(out_, std::int32_t{0});
}

void binary_array_writer::end_element()
{
    put_at(out_, length_at_, wire_size(out_.size() - length_at_ - 4));
}

void binary_array_writer::null_element()
{
    put_at(out_, flags_at_, std::int32_t{1});
    put(out_, null_length);
}

text_array_writer::text_array_writer(std::string& out) : out_(out)
{
    out_ += '{';
}

void text_array_writer::separate()
{
    if (!first_)
        out_ += ',';
    first_ = false;
}

std::string& text_array_writer::begin_element()
{
    element_.clear();
    return element_;
}

void text_array_writer::end_element()
{
    separate();
    out_ += '"';
    for (const char c : element_) {
        if (c == '"' || c == '\\')
            out_ += '\\';
        out_ += c;
    }
    out_ += '"';
}

void text_array_writer::null_element()
{
    separate();
    out_ += "NULL";
}

void text_array_writer::finish()
{
    out_ += '}';
}

array_reader::array_reader(const field_view& field, std::string_view cpp_name) : rest_(field.bytes), array_(field.type)
{
    if (field.null)
        throw_null(field, cpp_name);
    if (!field.binary || rest_.size() < array_header_size)
        throw_mismatch(field, cpp_name);
    const auto dimensions = get<std::int32_t>(rest_, 0);
    const auto flags = get<std::int32_t>(rest_, 4);
    if (dimensions < 0 || flags < 0 || flags > 1)
        throw_mismatch(field, cpp_name);
    if (dimensions > 1)
        throw error{error_kind::database_error, fmt::format("An array of type {} has {} dimensions: {} holds one.",
                                                            type_name(field.type), dimensions, cpp_name)};
    element_ = static_cast<oid>(get<std::uint32_t>(rest_, 8));
    rest_.remove_prefix(array_header_size);
    if (dimensions == 0 && rest_.empty())
        return;
    if (dimensions == 0 || rest_.size() < dimension_size || get<std::int32_t>(rest_) < 0)
        throw_mismatch(field, cpp_name);
    size_ = static_cast<std::size_t>(get<std::int32_t>(rest_));
    rest_.remove_prefix(dimension_size);
    if (size_ > rest_.size() / 4) // each element has at least its length: never reserve for what cannot be there
        throw_mismatch(field, cpp_name);
}

field_view array_reader::next()
{
    if (rest_.size() < 4)
        throw_mismatch({rest_, array_}, "std::vector");
    const auto length = get<std::int32_t>(rest_);
    rest_.remove_prefix(4);
    if (length == null_length)
        return {{}, element_, true, true};
    if (length < 0 || static_cast<std::size_t>(length) > rest_.size())
        throw_mismatch({rest_, array_}, "std::vector");
    const auto bytes = rest_.substr(0, static_cast<std::size_t>(length));
    rest_.remove_prefix(bytes.size());
    return {bytes, element_, false, true};
}

} // namespace lightdash::pg::detail
