// The catalog of a test database, through the program's own reader.
#pragma once

#include "integration/migrate/migrating.hpp"
#include "lightdash/migrate/catalog.hpp"

namespace lightdash::migrate {

inline task<catalog> read_catalog(pg::database& db)
{
    auto tx = co_await db.begin({pg::isolation::repeatable_read, true}, deadline::after(20s));
    auto found = co_await catalog::read(tx);
    co_await tx.commit();
    co_return found;
}

inline catalog catalog_of(const lightdash::testing::test_database& db)
{
    migrating on{db};
    return on.run(read_catalog(on.database));
}

} // namespace lightdash::migrate
