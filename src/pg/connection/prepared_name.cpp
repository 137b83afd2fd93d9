#include "pg/connection/prepared_name.hpp"

#include "pg/fnv1a.hpp"

namespace lightdash::pg {
namespace {

std::uint64_t hash_of(const statement& what, const params& values) noexcept
{
    fnv1a hash;
    hash.add(what.hash());
    for (const auto& value : values.values())
        hash.add(static_cast<std::uint64_t>(value.type));
    return hash.value();
}

} // namespace

prepared_name::prepared_name(const statement& what, const params& values) noexcept
    : hash_(hash_of(what, values)), text_{'s', '_'}
{
    static constexpr char digits[] = "0123456789abcdef";
    for (std::size_t i = 0; i < 16; ++i)
        text_[2 + i] = digits[(hash_ >> (60 - 4 * i)) & 0xf];
}

} // namespace lightdash::pg
