#include "modules/warehouses/door.hpp"

#include <fmt/format.h>

namespace lightdash::warehouses {

std::string place_of(const opened_connection& to)
{
    return fmt::format("{} on {}:{}", *to.settings.dbname, *to.settings.host, *to.settings.port);
}

} // namespace lightdash::warehouses
