#include "lightdash/sql/schema/partition.hpp"

#include "sql/schema/schema_text.hpp"

#include <fmt/format.h>

namespace lightdash::sql {

namespace {

std::string listed(const std::vector<constant>& values)
{
    if (values.empty())
        refuse("The bounds of a partition have no values.");
    std::string list;
    for (const auto& value : values)
        list += (list.empty() ? "" : ", ") + value.literal();
    return list;
}

} // namespace

partition_bounds partition_bounds::range(const std::vector<constant>& from, const std::vector<constant>& to)
{
    return partition_bounds{fmt::format("for values from ({}) to ({})", listed(from), listed(to))};
}

partition_bounds partition_bounds::list(const std::vector<constant>& values)
{
    return partition_bounds{fmt::format("for values in ({})", listed(values))};
}

partition_bounds partition_bounds::hash(unsigned modulus, unsigned remainder)
{
    if (remainder >= modulus)
        refuse(fmt::format("The remainder {} of a hash partition must be below its modulus {}.", remainder, modulus));
    return partition_bounds{fmt::format("for values with (modulus {}, remainder {})", modulus, remainder)};
}

partition_bounds partition_bounds::rest()
{
    return partition_bounds{"default"};
}

} // namespace lightdash::sql
