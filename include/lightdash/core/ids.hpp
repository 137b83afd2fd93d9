// Ids that cannot be mixed up: each table's id is a type of its own over uuid.
#pragma once

#include "lightdash/core/uuid.hpp"

#include <optional>
#include <string_view>

namespace lightdash {

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

using organization_id = strong_id<struct organization_tag>;
using user_id = strong_id<struct user_tag>;
using project_id = strong_id<struct project_tag>;
using chart_id = strong_id<struct chart_tag>;
using dashboard_id = strong_id<struct dashboard_tag>;
using tile_id = strong_id<struct tile_tag>;
using token_id = strong_id<struct token_tag>;

} // namespace lightdash

template <class Tag>
struct std::hash<lightdash::strong_id<Tag>> {
    std::size_t operator()(const lightdash::strong_id<Tag>& id) const noexcept
    {
        return std::hash<lightdash::uuid>{}(id.value);
    }
};
