#include "lightdash/api/query.hpp"

#include <fmt/format.h>

namespace lightdash::api::detail {

std::optional<uuid> query_uuid(const http::request& rq, std::string_view name)
{
    const auto text = rq.query_text(name);
    if (!text)
        return std::nullopt;
    if (const auto id = uuid::parse(*text))
        return id;
    throw error{error_kind::invalid_parameter, fmt::format("The query parameter {} must be a UUID.", name)};
}

} // namespace lightdash::api::detail
