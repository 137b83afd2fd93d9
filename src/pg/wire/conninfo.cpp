#include "pg/wire/conninfo.hpp"

#include "lightdash/core/error.hpp"
#include "pg/wire/session_settings.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <memory>

namespace lightdash::pg {
namespace {

std::vector<std::string> split(const std::string& list)
{
    std::vector<std::string> parts(1);
    for (const char c : list) {
        if (c == ',')
            parts.emplace_back();
        else
            parts.back() += c;
    }
    return parts;
}

bool is_path(const std::string& host)
{
    return host.empty() || host.front() == '/' || host.front() == '@';
}

bool is_address(const std::string& host)
{
    std::array<unsigned char, sizeof(in6_addr)> ignored{};
    return inet_pton(AF_INET, host.c_str(), ignored.data()) == 1 ||
           inet_pton(AF_INET6, host.c_str(), ignored.data()) == 1;
}

// In the order of preference of the resolver (RFC 6724); empty when the name is not known.
std::vector<std::string> addresses_of(const std::string& name)
{
    addrinfo wanted{};
    wanted.ai_family = AF_UNSPEC;
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* first = nullptr;
    if (::getaddrinfo(name.c_str(), nullptr, &wanted, &first) != 0)
        return {};
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned{first, &::freeaddrinfo};
    std::vector<std::string> found;
    for (const auto* one = first; one; one = one->ai_next) {
        std::array<char, NI_MAXHOST> text{};
        if (::getnameinfo(one->ai_addr, one->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) == 0)
            found.emplace_back(text.data());
    }
    return found;
}

void append(std::string& list, const std::string& item, bool first)
{
    if (!first)
        list += ',';
    list += item;
}

} // namespace

conninfo conninfo::parse(const connection_options& options)
{
    conninfo made;
    made.settings_ = resolve_conninfo(options.conninfo.reveal());
    made.add_session_settings(options);
    made.add_liveness_settings();
    return made;
}

void conninfo::add_session_settings(const connection_options& options)
{
    set("client_encoding", "UTF8");
    set("fallback_application_name", options.application_name);
    set_default("gssencmode", "disable"); // looking for Kerberos credentials reads files and asks name servers
    if (options.transaction_pooler)
        return; // a pooler refuses startup options
    // Compiling a statement to machine code takes longer than any of ours runs: with 10,000 charts the first five
    // executions of the content list on a connection took 110 to 280 ms, and 16 to 32 without. The operator's options
    // stand behind it, so that jit=on is possible.
    const auto* before = find("options");
    set("options", "-c jit=off " + (before ? *before + ' ' : "") + session_options());
}

// A peer that vanished is noticed after 15 s, whether data waits to be acknowledged or not.
void conninfo::add_liveness_settings()
{
    set_default("keepalives_idle", "5");
    set_default("keepalives_interval", "5");
    set_default("keepalives_count", "2");
    set_default("tcp_user_timeout", "15000");
}

const std::string* conninfo::find(const std::string& keyword) const noexcept
{
    return find_setting(settings_, keyword);
}

void conninfo::set(const std::string& keyword, std::string value)
{
    const auto found = std::ranges::find(settings_, keyword, &conninfo_settings::value_type::first);
    if (found != settings_.end())
        found->second = std::move(value);
    else
        settings_.emplace_back(keyword, std::move(value));
}

void conninfo::set_default(const std::string& keyword, const char* value)
{
    if (!find(keyword))
        settings_.emplace_back(keyword, value);
}

std::vector<conninfo::endpoint> conninfo::endpoints() const
{
    const auto listed = [&](const char* keyword) {
        const auto* given = find(keyword);
        return split(given ? *given : "");
    };
    const auto hosts = listed("host");
    const auto addresses = listed("hostaddr");
    const auto ports = listed("port");
    std::vector<endpoint> made(std::max(hosts.size(), addresses.size()));
    const auto part = [](const std::vector<std::string>& of, std::size_t i) { return i < of.size() ? of[i] : ""; };
    for (std::size_t i = 0; i < made.size(); ++i)
        made[i] = {part(hosts, i), part(addresses, i), ports.size() == 1 ? ports.front() : part(ports, i)};
    return made;
}

conninfo conninfo::only(const std::vector<endpoint>& these) const
{
    std::string hosts, addresses, ports;
    for (const auto& one : these) {
        const bool first = &one == &these.front();
        append(hosts, one.host, first);
        append(addresses, one.address, first);
        append(ports, one.port, first);
    }
    auto made = *this;
    made.set("host", hosts);
    made.set("hostaddr", addresses);
    made.set("port", ports);
    return made;
}

bool conninfo::needs_resolution() const
{
    const auto* hosts = find("host");
    return hosts && !find("hostaddr") &&
           std::ranges::any_of(split(*hosts), [](const auto& host) { return !is_path(host) && !is_address(host); });
}

conninfo conninfo::resolved() const
{
    const auto hosts = split(*find("host"));
    const auto* given_ports = find("port");
    const auto ports = given_ports ? split(*given_ports) : std::vector<std::string>{};
    std::string host_list, address_list, port_list;
    bool first = true;
    for (std::size_t i = 0; i < hosts.size(); ++i) {
        const bool literal = is_path(hosts[i]) || is_address(hosts[i]);
        for (const auto& address : literal ? std::vector<std::string>{""} : addresses_of(hosts[i])) {
            append(host_list, hosts[i], first);
            append(address_list, address, first);
            append(port_list, ports.size() > 1 && i < ports.size() ? ports[i] : "", first);
            first = false;
        }
    }
    if (first)
        throw error{error_kind::database_unavailable,
                    "No host of DATABASE_URL has an address. Check the host names and "
                    "this machine's name servers."}
            .with_retry_after(std::chrono::seconds{1})
            .with_connect_fault(connect_fault::unknown_host);
    conninfo made = *this;
    made.set("host", host_list);
    made.set("hostaddr", address_list);
    if (ports.size() > 1)
        made.set("port", port_list);
    return made;
}

} // namespace lightdash::pg
