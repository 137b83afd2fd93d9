#include "lightdash/ops/inspect/borrowed_extension.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/ops/inspect/slow.hpp"
#include "lightdash/sql/identifier.hpp"

#include <fmt/format.h>

namespace lightdash::ops {
namespace {

task<void> create(pg::transaction& tx, std::string name)
{
    const auto schema = sql::quote_identifier("lightdash_" + name);
    const auto place = pg::statement::trusted("borrow.schema", "create schema " + schema);
    const auto make = pg::statement::trusted(
        "borrow.extension", fmt::format("create extension {} schema {}", sql::quote_identifier(name), schema));
    co_await tx.execute(place);
    co_await tx.execute(make);
}

} // namespace

task<void> borrow_extension(pg::transaction& tx, std::string_view name)
{
    const auto state = co_await tx.one<extension_state>(extension_statement(), name);
    if (state.installed || !state.available)
        co_return;
    try {
        co_await tx.savepoint([&tx, wanted = std::string{name}]() { return create(tx, wanted); });
    } catch (const error& failure) {
        if (!failure.database() || failure.poisons_connection())
            throw;
    }
}

} // namespace lightdash::ops
