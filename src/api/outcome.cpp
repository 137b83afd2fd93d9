#include "lightdash/api/outcome.hpp"

#include <fmt/format.h>

namespace lightdash::api {

void throw_not_found(std::string_view thing)
{
    throw error{error_kind::not_found, fmt::format("There is no such {}.", thing)};
}

void throw_expired(std::string message)
{
    throw error{error_kind::not_acceptable, std::move(message)}.with_fields({{"name", "ExpiredError"}}).with_data("{}");
}

} // namespace lightdash::api
