#include "modules/access/session_cookie.hpp"

#include "lightdash/core/error.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lightdash::access {
namespace {

constexpr std::size_t id_digits = 64;

bool is_session_id(std::string_view text) noexcept
{
    return text.size() == id_digits &&
           std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

// "https://host:port" is host:port.
std::string_view authority_of(std::string_view origin) noexcept
{
    const auto scheme = origin.find("://");
    if (scheme == std::string_view::npos)
        return {};
    origin.remove_prefix(scheme + 3);
    return origin.substr(0, origin.find('/'));
}

bool reads_only(const http::request& rq) noexcept
{
    return rq.verb() == http::method::get || rq.verb() == http::method::head || rq.verb() == http::method::options;
}

bool has_body(const http::request& rq) noexcept
{
    const auto length = rq.header("content-length");
    return rq.has_header("transfer-encoding") || (!length.empty() && length != "0");
}

} // namespace

std::string_view session_cookie::name() const noexcept
{
    // Lightdash's name. Browsers take one that begins with __Host- from the host itself alone, over HTTPS.
    return rules_.secure ? "__Host-connect.sid" : "connect.sid";
}

std::string_view session_cookie::presented_in(std::string_view rest) const noexcept
{
    const auto wanted = name();
    while (!rest.empty()) {
        const auto end = std::min(rest.find(';'), rest.size());
        auto pair = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        pair.remove_prefix(std::min(pair.find_first_not_of(' '), pair.size()));
        if (pair.size() > wanted.size() && pair.starts_with(wanted) && pair[wanted.size()] == '=') {
            const auto id = pair.substr(wanted.size() + 1);
            if (is_session_id(id))
                return id;
        }
    }
    return {};
}

void session_cookie::require_own_site(const http::request& rq) const
{
    if (reads_only(rq))
        return;
    const auto refuse = [] {
        throw error{error_kind::forbidden,
                    "This request comes from a page of another site: only pages of this server's own address may "
                    "change something with its cookie. Programs send a personal access token in its place."};
    };
    const auto site = rq.header("sec-fetch-site");
    if (!site.empty() && site != "same-origin" && site != "none")
        refuse();
    if (rq.has_header("origin")) {
        const auto from = authority_of(rq.header("origin"));
        if (from.empty() || (from != rq.header("host") && from != authority_of(rules_.site_url)))
            refuse();
    }
    if (has_body(rq))
        rq.require_json_body();
}

std::string session_cookie::holding(std::string_view id) const
{
    return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{}", name(), id, rules_.lifetime.count(),
                       rules_.secure ? "; Secure" : "");
}

std::string session_cookie::gone() const
{
    return fmt::format("{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{}", name(), rules_.secure ? "; Secure" : "");
}

} // namespace lightdash::access
