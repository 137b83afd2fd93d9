// libpq's results as ours. Private: libpq stays out of the public headers.
#pragma once

#include "lightdash/core/error.hpp"
#include "lightdash/pg/result.hpp"

#include <libpq-fe.h>

#include <memory>
#include <string_view>
#include <vector>

namespace lightdash::pg {

struct result_deleter {
    void operator()(PGresult* owned) const noexcept { PQclear(owned); }
};
using result_ptr = std::unique_ptr<PGresult, result_deleter>;

class result_access {
public:
    // All rows of one answer.
    static result all(result_ptr owned);
    // Rows [first, first + count) of a result, sharing its memory. The range must lie inside.
    static result range(const result& whole, std::size_t first, std::size_t count);
    // Rows that came one by one (libpq's single-row mode), as one batch in their order. None may be null.
    static result batch(std::vector<result_ptr> single_rows);
};

// What the server says in a failed result. `statement` is the statement's name, never its text.
database_diagnostics diagnostics_of(const PGresult* failed, std::string_view statement);

} // namespace lightdash::pg
