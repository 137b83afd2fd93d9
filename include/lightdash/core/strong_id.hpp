// Ids that cannot be mixed up: each table's id is a type of its own over uuid.
#pragma once

#include "lightdash/core/uuid.hpp"

#include <optional>
#include <string_view>

namespace lightdash {

// `using project_id = strong_id<struct project_tag>;`
template <class Tag>
struct strong_id {
    uuid value;

    static std::optional<strong_id> parse(std::string_view text) noexcept
    {
        if (const auto parsed = uuid::parse(text))
            return strong_id{*parsed};
        return std::nullopt;
    }
    std::string to_string() const { return value.to_string(); }
    friend constexpr auto operator<=>(const strong_id&, const strong_id&) noexcept = default;
};

} // namespace lightdash

template <class Tag>
struct std::hash<lightdash::strong_id<Tag>> {
    std::size_t operator()(const lightdash::strong_id<Tag>& id) const noexcept
    {
        return std::hash<lightdash::uuid>{}(id.value);
    }
};
