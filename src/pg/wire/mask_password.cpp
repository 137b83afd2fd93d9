// Where a text cannot be understood it is hidden: a password with unescaped signs makes a URL invalid, and that is when
// people print it.
#include "lightdash/pg/mask_password.hpp"

#include <algorithm>
#include <array>

namespace lightdash::pg {
namespace {

constexpr std::string_view hidden = "***";

// libpq's keywords whose values tell nothing that must be kept. A word that is none of them may be the second half of a
// password.
constexpr auto shown_keywords = std::to_array<std::string_view>({
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "passfile",
    "channel_binding",
    "connect_timeout",
    "client_encoding",
    "options",
    "application_name",
    "fallback_application_name",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_count",
    "tcp_user_timeout",
    "sslmode",
    "sslcompression",
    "sslcert",
    "sslkey",
    "sslrootcert",
    "sslcrl",
    "sslsni",
    "requirepeer",
    "ssl_min_protocol_version",
    "ssl_max_protocol_version",
    "krbsrvname",
    "gsslib",
    "gssencmode",
    "service",
    "target_session_attrs",
});

bool is_shown(std::string_view keyword)
{
    return std::ranges::find(shown_keywords, keyword) != shown_keywords.end();
}

constexpr bool is_space(char c) noexcept
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}
constexpr bool is_digit(char c) noexcept
{
    return c >= '0' && c <= '9';
}
constexpr bool is_letter(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// "host", "host:5432", "[::1]:5432".
bool is_host_and_port(std::string_view text)
{
    const std::size_t bracket = text.starts_with('[') ? text.find(']') : 0;
    if (bracket == std::string_view::npos)
        return false;
    const std::size_t colon = text.find(':', bracket);
    return colon == std::string_view::npos ||
           (text.size() - colon - 1 <= 5 && std::ranges::all_of(text.substr(colon + 1), is_digit));
}

bool are_hosts_and_ports(std::string_view text)
{
    for (;;) {
        const std::size_t comma = text.find(',');
        if (!is_host_and_port(text.substr(0, comma)))
            return false;
        if (comma == std::string_view::npos)
            return true;
        text.remove_prefix(comma + 1);
    }
}

std::string mask_query(std::string_view query)
{
    std::string masked;
    while (!query.empty()) {
        const std::size_t end = std::min(query.find('&'), query.size());
        const std::string_view pair = query.substr(0, end);
        const std::size_t equals = pair.find('=');
        if (equals == std::string_view::npos || is_shown(pair.substr(0, equals)))
            masked += pair;
        else
            (masked += pair.substr(0, equals + 1)) += hidden;
        if (end < query.size())
            masked += '&';
        query.remove_prefix(std::min(end + 1, query.size()));
    }
    return masked;
}

// `rest` is what follows "://". The user's name ends at the first colon; the password at the last @ of all, because one
// in the password need not be escaped to end up here.
std::string mask_url(std::string_view scheme, std::string_view rest)
{
    const std::size_t at = rest.rfind('@');
    const std::size_t colon = rest.find(':');
    std::string masked{scheme};
    masked += "://";
    if (at != std::string_view::npos && colon < at) {
        (masked += rest.substr(0, colon + 1)) += hidden;
        rest.remove_prefix(at);
    } else if (at == std::string_view::npos && !are_hosts_and_ports(rest.substr(0, rest.find_first_of("/?#")))) {
        return (masked += rest.substr(0, colon + 1)) += hidden;
    }
    // The last @ may already be one in the query.
    const std::size_t query = rest.find_first_of("?&");
    if (query == std::string_view::npos)
        return masked += rest;
    masked += rest.substr(0, query + 1);
    return masked += mask_query(rest.substr(query + 1));
}

class keyword_reader {
public:
    explicit keyword_reader(std::string_view text) : rest_(text) {}

    bool at_end()
    {
        skip_spaces();
        return rest_.empty();
    }

    // One `keyword = value` as libpq reads it; false when it is none.
    bool next(std::string& keyword, std::string& value)
    {
        const auto* end = std::ranges::find_if_not(rest_, [](char c) { return is_letter(c) || c == '_'; });
        keyword.assign(rest_.begin(), end);
        rest_.remove_prefix(keyword.size());
        skip_spaces();
        if (keyword.empty() || rest_.empty() || rest_.front() != '=')
            return false;
        rest_.remove_prefix(1);
        skip_spaces();
        value.clear();
        return rest_.starts_with('\'') ? take_quoted(value) : take_bare(value);
    }

private:
    void skip_spaces()
    {
        while (!rest_.empty() && is_space(rest_.front()))
            rest_.remove_prefix(1);
    }

    void take(std::string& value)
    {
        const std::size_t size = rest_.front() == '\\' && rest_.size() > 1 ? 2 : 1;
        value += rest_.substr(0, size);
        rest_.remove_prefix(size);
    }

    bool take_quoted(std::string& value)
    {
        rest_.remove_prefix(1);
        value += '\'';
        while (!rest_.empty() && rest_.front() != '\'')
            take(value);
        if (rest_.empty())
            return false;
        rest_.remove_prefix(1);
        value += '\'';
        return true;
    }

    bool take_bare(std::string& value)
    {
        while (!rest_.empty() && !is_space(rest_.front()))
            take(value);
        return true;
    }

    std::string_view rest_;
};

// A database's name may be a whole connection string for libpq; and "host=x;password=y" is one keyword to it.
bool may_hold_another(std::string_view keyword, std::string_view value)
{
    if (keyword == "dbname")
        return value.find_first_of("=;:@") != std::string_view::npos;
    return keyword != "options" && value.find_first_of("=;") != std::string_view::npos;
}

std::string mask_keywords(std::string_view text)
{
    std::string masked;
    std::string keyword;
    std::string value;
    for (keyword_reader reader{text}; !reader.at_end();) {
        if (!reader.next(keyword, value))
            return std::string{hidden};
        const bool show = is_shown(keyword) && !may_hold_another(keyword, value);
        masked += masked.empty() ? "" : " ";
        ((masked += keyword) += '=') += show ? std::string_view{value} : hidden;
    }
    return masked;
}

bool is_scheme(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return is_letter(c) || is_digit(c) || c == '+' || c == '.' || c == '-';
    });
}

} // namespace

std::string mask_password(std::string_view conninfo)
{
    const std::size_t scheme = conninfo.find("://");
    if (scheme != std::string_view::npos && is_scheme(conninfo.substr(0, scheme)))
        return mask_url(conninfo.substr(0, scheme), conninfo.substr(scheme + 3));
    return mask_keywords(conninfo);
}

} // namespace lightdash::pg
