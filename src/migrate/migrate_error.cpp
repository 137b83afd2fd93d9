#include "lightdash/migrate/migrate_error.hpp"

namespace lightdash::migrate {

exit_code exit_code_of(const error& failure) noexcept
{
    if (const auto* known = dynamic_cast<const migrate_error*>(&failure))
        return known->code();
    switch (failure.kind()) {
    case error_kind::cancelled:
        return exit_code::interrupted;
    case error_kind::database_unavailable:
    case error_kind::pool_saturated:
    case error_kind::overloaded:
        return exit_code::unreachable;
    default:
        return exit_code::other;
    }
}

} // namespace lightdash::migrate
