#include "lightdash/sql/schema/schema_statement.hpp"

#include <array>
#include <cstddef>

namespace lightdash::sql {

std::string_view to_string(table_lock lock) noexcept
{
    static constexpr std::array<std::string_view, 8> names{
        "ACCESS SHARE", "ROW SHARE",           "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE",
        "SHARE",        "SHARE ROW EXCLUSIVE", "EXCLUSIVE",     "ACCESS EXCLUSIVE"};
    return names[static_cast<std::size_t>(lock)];
}

bool conflicts(table_lock one, table_lock other) noexcept
{
    // Manual, table 13.2: bit n of a row is the lock n.
    static constexpr std::array<unsigned, 8> rows{0b10000000, 0b11000000, 0b11110000, 0b11111000,
                                                  0b11101100, 0b11111100, 0b11111110, 0b11111111};
    return (rows[static_cast<std::size_t>(one)] >> static_cast<unsigned>(other)) & 1U;
}

} // namespace lightdash::sql
