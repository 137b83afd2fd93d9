// Ownership of libpq's connection object.
#pragma once

#include <libpq-fe.h>

#include <memory>

namespace lightdash::pg {

struct finish_connection {
    void operator()(PGconn* owned) const noexcept { PQfinish(owned); }
};
using connection_handle = std::unique_ptr<PGconn, finish_connection>;

} // namespace lightdash::pg
