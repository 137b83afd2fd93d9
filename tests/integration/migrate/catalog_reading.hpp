// The catalog of a test database, through the program's own reader.
#pragma once

#include "integration/migrate/migrating.hpp"
#include "lightdash/migrate/verify.hpp"

namespace lightdash::migrate {

inline catalog described(const lightdash::testing::test_database& db)
{
    migrating on{db};
    return on.run(read_catalog(on.database, deadline::after(20s)));
}

} // namespace lightdash::migrate
