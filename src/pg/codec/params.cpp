#include "lightdash/pg/params.hpp"

#include <fmt/format.h>

namespace lightdash::pg {
namespace {

// PostgreSQL takes no message above 1 GB (MaxAllocSize); libpq counts lengths in int.
constexpr std::size_t max_bytes = 0x3fffffff;
constexpr std::size_t typical_value_size = 24;

} // namespace

void params::add_from(const params& other, const value& encoded)
{
    addition made{*this};
    buffer_.append(other.buffer_, encoded.offset, encoded.length);
    made.finish(encoded.type, encoded.binary, encoded.null);
}

void params::clear() noexcept
{
    values_.clear();
    buffer_.clear();
}

void params::reserve(std::size_t count)
{
    values_.reserve(count);
    buffer_.reserve(count * typical_value_size);
}

params::addition::addition(params& to) : to_(to), offset_(to.buffer_.size())
{
    if (to.values_.size() == max_values)
        throw error{
            error_kind::invalid_parameter,
            fmt::format("A statement takes at most {} values: send arrays, or fewer rows at a time.", max_values)};
}

params::addition::~addition()
{
    to_.buffer_.resize(offset_);
}

void params::addition::finish(oid type, bool binary, bool null)
{
    const auto length = to_.buffer_.size() - offset_;
    if (to_.buffer_.size() >= max_bytes)
        throw error{error_kind::invalid_parameter,
                    fmt::format("The values of a statement have {} bytes or more together: PostgreSQL takes {}.",
                                to_.buffer_.size(), max_bytes)};
    to_.buffer_.push_back('\0');
    to_.values_.push_back(
        {type, binary, null, static_cast<std::uint32_t>(offset_), static_cast<std::uint32_t>(length)});
    offset_ = to_.buffer_.size();
}

} // namespace lightdash::pg
