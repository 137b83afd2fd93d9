#include "lightdash/api/query.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace lightdash::api::detail {

uuid query_uuid(std::string_view text, std::string_view name)
{
    if (const auto id = uuid::parse(text))
        return *id;
    throw error{error_kind::invalid_parameter, fmt::format("The query parameter {} must be a UUID.", name)};
}

std::size_t query_choice(std::string_view text, std::string_view name, std::span<const std::string_view> choices)
{
    if (const auto found = std::ranges::find(choices, text); found != choices.end())
        return static_cast<std::size_t>(found - choices.begin());
    auto message = fmt::format("The query parameter {} must be one of {}.", name, fmt::join(choices, ", "));
    throw error{error_kind::invalid_body, message}.with_fields({{std::string{name}, message}});
}

} // namespace lightdash::api::detail
