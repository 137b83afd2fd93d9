// COPY in and out, in text format, inside a transaction: bulk rows for seeds and tests.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/pg/statement.hpp"
#include "lightdash/pg/transaction.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace lightdash::pg {

// Runs `COPY … FROM STDIN` (text format), taking chunks from `next` until it returns nothing. Returns the rows copied.
task<std::uint64_t> copy_in(transaction& tx, const statement& copy, std::function<std::optional<std::string>()> next);
// Runs `COPY … TO STDOUT`, handing each chunk to `take`. Returns the rows copied.
task<std::uint64_t> copy_out(transaction& tx, const statement& copy, std::function<void(std::string_view)> take);
// Appends one row in COPY's text format: fields escaped, nullopt as \N.
void append_copy_row(std::string& out, std::span<const std::optional<std::string_view>> fields);

} // namespace lightdash::pg
