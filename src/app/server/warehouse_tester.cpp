#include "app/server/warehouse_tester.hpp"

#include "lightdash/async/attempt.hpp"
#include "lightdash/core/describe.hpp"
#include "lightdash/core/error.hpp"
#include "lightdash/pg/conninfo_text.hpp"
#include "lightdash/pg/database.hpp"

#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>
#include <netdb.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace lightdash::app {
namespace {

using warehouses::connection_test;
using warehouses::opened_connection;

constexpr std::chrono::seconds patience_with_warehouse{5};

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

std::vector<std::string> addresses_of(const std::string& host)
{
    addrinfo wanted{};
    wanted.ai_family = AF_UNSPEC;
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* first = nullptr;
    if (::getaddrinfo(host.c_str(), nullptr, &wanted, &first) != 0)
        return {};
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned{first, &::freeaddrinfo};
    std::vector<std::string> found;
    for (const auto* one = first; one != nullptr; one = one->ai_next) {
        char text[NI_MAXHOST];
        if (::getnameinfo(one->ai_addr, one->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST) == 0)
            found.emplace_back(text);
    }
    return found;
}

bool is_of_this_link(const std::string& text)
{
    boost::system::error_code failed;
    const auto address = asio::ip::make_address(text, failed);
    if (failed)
        return true; // what is not understood is not connected to
    const auto of_v4 = [](const asio::ip::address_v4& v4) {
        return (v4.to_uint() >> 16) == 0xA9FE || v4.is_unspecified() || v4.is_multicast();
    };
    if (address.is_v4())
        return of_v4(address.to_v4());
    const auto v6 = address.to_v6();
    if (v6.is_v4_mapped())
        return of_v4(asio::ip::make_address_v4(asio::ip::v4_mapped, v6));
    // fd00:ec2::254 is what fe80::/10 is elsewhere: a cloud's metadata.
    static const auto metadata = asio::ip::make_address_v6("fd00:ec2::254");
    return v6.is_link_local() || v6.is_unspecified() || v6.is_multicast() || v6 == metadata;
}

std::string joined(const std::vector<std::string>& list)
{
    return fmt::format("{}", fmt::join(list, ","));
}

// Nothing of it comes from this process's environment or home: a password, a certificate or a service of ours is not
// for others' servers.
secret conninfo_of(const opened_connection& to, const std::vector<std::string>& addresses)
{
    std::string text;
    const auto add = [&](std::string_view keyword, std::string_view value) {
        text += fmt::format("{}={} ", keyword, pg::conninfo_quoted(value));
    };
    const auto mode = to.settings.sslmode.value_or("");
    add("host", joined(std::vector<std::string>(addresses.size(), *to.settings.host)));
    add("hostaddr", joined(addresses));
    add("port", std::to_string(*to.settings.port));
    add("dbname", *to.settings.dbname);
    add("user", *to.secrets.user);
    add("password", *to.secrets.password);
    add("sslmode", mode.empty() ? "prefer" : mode == "no-verify" ? "require" : mode);
    for (const auto* const none : {"sslcert", "sslkey", "passfile"})
        add(none, "/nonexistent");
    add("gssencmode", "disable");
    add("target_session_attrs", "any");
    if (mode.starts_with("verify"))
        add("sslrootcert", "/etc/ssl/certs/ca-certificates.crt");
    return secret{std::move(text)};
}

connection_test refused(std::string message)
{
    return {.message = std::move(message)};
}

std::string place_of(const opened_connection& to)
{
    return fmt::format("{} on {}:{}", *to.settings.dbname, *to.settings.host, *to.settings.port);
}

connection_test what_was_seen(const seen_warehouse& seen, const opened_connection& to, const std::string& own,
                              bool any_host)
{
    if (!any_host && seen.identity == own)
        return refused(fmt::format("{} is this server's own database, which is no warehouse: use another one "
                                   "(LIGHTDASH_WAREHOUSE_HOSTS=any allows it).",
                                   place_of(to)));
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
    const auto& settings = to.settings;
    const bool whole =
        settings.host && settings.port && settings.dbname && settings.schema && to.secrets.user && to.secrets.password;
    if (!whole)
        co_return refused("These credentials are not complete: send them again with host, port, dbname, schema, user "
                          "and password.");
    const auto limit = std::min(until, deadline::after(patience_with_warehouse));
    auto resolve = [host = *settings.host] { return addresses_of(host); };
    const auto addresses = co_await blocking_.run(std::move(resolve));
    if (addresses.empty())
        co_return refused(fmt::format("The host {} is not known.", *settings.host));
    if (!any_host_ && std::ranges::any_of(addresses, is_of_this_link))
        co_return refused(fmt::format("The host {} is at a link-local address, where no warehouse is "
                                      "(LIGHTDASH_WAREHOUSE_HOSTS=any allows it).",
                                      *settings.host));
    pg::database warehouse{context_,
                           clocks_,
                           blocking_,
                           {.conninfo = conninfo_of(to, addresses),
                            .connect_timeout = patience_with_warehouse,
                            .transaction_pooler = true},
                           {.min = 1, .max = 1, .lanes = 0}};
    warehouse.start();
    auto ask = [&]() -> task<seen_warehouse> {
        co_await warehouse.connect_once(limit);
        const auto db = warehouse.exclusive(limit);
        co_return co_await db->one<seen_warehouse>(look_around, *settings.schema);
    };
    const auto asked = co_await attempt(ask());
    co_await warehouse.stop(deadline::after(std::chrono::seconds{1}));
    if (asked)
        co_return what_was_seen(asked.value(), to, own, any_host_);
    if (const auto* const why = asked.failure_as<error>(); why != nullptr && why->kind() != error_kind::cancelled)
        co_return refused(fmt::format("{} cannot be used: {}", place_of(to), why->message()));
    std::rethrow_exception(asked.failure());
}

} // namespace lightdash::app
