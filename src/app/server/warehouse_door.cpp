#include "app/server/warehouse_door.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/pg/conninfo_text.hpp"

#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>
#include <netdb.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace lightdash::app {
namespace {

using warehouses::opened_connection;

constexpr std::chrono::seconds patience_with_warehouse{5};

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

error no_way(std::string message)
{
    return error{error_kind::invalid_parameter, std::move(message)};
}

} // namespace

task<pg::connection_options> warehouse_door::way_to(const opened_connection& to, deadline)
{
    const auto& settings = to.settings;
    const bool whole =
        settings.host && settings.port && settings.dbname && settings.schema && to.secrets.user && to.secrets.password;
    if (!whole)
        throw no_way("These credentials are not complete: send them again with host, port, dbname, schema, user and "
                     "password.");
    auto resolve = [host = *settings.host] { return addresses_of(host); };
    const auto addresses = co_await blocking_.run(std::move(resolve));
    if (addresses.empty())
        throw no_way(fmt::format("The host {} is not known.", *settings.host));
    if (!any_host_ && std::ranges::any_of(addresses, is_of_this_link))
        throw no_way(fmt::format("The host {} is at a link-local address, where no warehouse is "
                                 "(LIGHTDASH_WAREHOUSE_HOSTS=any allows it).",
                                 *settings.host));
    co_return pg::connection_options{
        .conninfo = conninfo_of(to, addresses), .connect_timeout = patience_with_warehouse, .transaction_pooler = true};
}

} // namespace lightdash::app
