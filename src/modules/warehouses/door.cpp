#include "modules/warehouses/door.hpp"

#include <fmt/format.h>

namespace lightdash::warehouses {

std::string place_of(const opened_connection& to)
{
    return fmt::format("{} on {}:{}", *to.settings.dbname, *to.settings.host, *to.settings.port);
}

std::string own_database_refusal(const opened_connection& to)
{
    return fmt::format("{} is this server's own database, which is no warehouse: use another one "
                       "(LIGHTDASH_WAREHOUSE_HOSTS=any allows it).",
                       place_of(to));
}

} // namespace lightdash::warehouses
