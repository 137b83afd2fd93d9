#include "app/server/warehouse_tester.hpp"

#include "lightdash/async/attempt.hpp"
#include "lightdash/core/describe.hpp"
#include "lightdash/core/error.hpp"
#include "lightdash/pg/database.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lightdash::app {
namespace {

using warehouses::connection_test;
using warehouses::opened_connection;

constexpr std::chrono::seconds patience_with_test{5};

// What is asked once connected; $1: the schema.
struct seen_warehouse {
    std::string identity, version;
    bool has_schema, writes;
};
LIGHTDASH_DESCRIBE(seen_warehouse, identity, version, has_schema, writes)

const pg::statement look_around{
    "warehouses.look",
    "select current_database() || ' since ' || pg_postmaster_start_time() as identity, "
    "current_setting('server_version') as version, to_regnamespace(quote_ident($1)) is not null as has_schema, "
    "coalesce((select rolsuper from pg_roles where rolname = current_user), false) or "
    "coalesce(has_schema_privilege(to_regnamespace(quote_ident($1))::oid, 'CREATE'), false) as writes"};

connection_test refused(std::string message)
{
    return {.message = std::move(message)};
}

connection_test what_was_seen(const seen_warehouse& seen, const opened_connection& to, const std::string& own,
                              bool any_host)
{
    if (!any_host && seen.identity == own)
        return refused(own_database_refusal(to));
    connection_test found{.connected = true, .message = fmt::format("Connected to {}.", place_of(to))};
    found.server_version = seen.version;
    if (!seen.has_schema)
        found.warning = fmt::format("There is no schema {} that this user sees.", *to.settings.schema);
    else if (seen.writes)
        found.warning = fmt::format("This user may create tables in the schema {}: a user who may only read is enough.",
                                    *to.settings.schema);
    return found;
}

} // namespace

task<connection_test> warehouse_tester::test(opened_connection to, std::string own, deadline until)
{
    const auto limit = std::min(until, deadline::after(patience_with_test));
    auto ask = [&]() -> task<seen_warehouse> {
        pg::database warehouse{
            context_, clocks_, blocking_, co_await door_.way_to(to, limit), {.min = 1, .max = 1, .lanes = 0}};
        warehouse.start();
        auto look = [&]() -> task<seen_warehouse> {
            co_await warehouse.connect_once(limit);
            const auto db = warehouse.exclusive(limit);
            co_return co_await db->one<seen_warehouse>(look_around, *to.settings.schema);
        };
        auto seen = co_await attempt(look());
        co_await warehouse.stop(deadline::after(std::chrono::seconds{1}));
        co_return std::move(seen).get();
    };
    const auto asked = co_await attempt(ask());
    if (asked)
        co_return what_was_seen(asked.value(), to, own, door_.takes_own_database());
    const auto* const why = asked.failure_as<error>();
    if (why == nullptr || why->kind() == error_kind::cancelled)
        std::rethrow_exception(asked.failure());
    if (why->kind() == error_kind::invalid_parameter) // the door's
        co_return refused(why->message());
    co_return refused(fmt::format("{} cannot be used: {}", place_of(to), why->message()));
}

} // namespace lightdash::app
