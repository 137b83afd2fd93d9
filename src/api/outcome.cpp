#include "lightdash/api/outcome.hpp"

#include <fmt/format.h>

namespace lightdash::api {

void throw_not_found(std::string_view thing)
{
    throw error{error_kind::not_found, fmt::format("There is no such {}.", thing)};
}

} // namespace lightdash::api
