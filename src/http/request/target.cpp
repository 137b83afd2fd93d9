#include "http/request/target.hpp"

#include "http/request/target_text.hpp"

namespace lightdash::http {

namespace {

using framing::bad_request;
using framing::refusal;

bool is_encoded(std::string_view text, std::size_t at, char high, char low) noexcept
{
    return at + 2 < text.size() && text[at + 1] == high && text::lower(text[at + 2]) == low;
}

// "." and "..", in clear or encoded: a proxy in front may resolve them and we would not.
bool is_dot_segment(std::string_view segment) noexcept
{
    std::size_t dots = 0;
    for (std::size_t at = 0; at < segment.size(); ++at) {
        if (is_encoded(segment, at, '2', 'e') && segment[at] == '%')
            at += 2;
        else if (segment[at] != '.')
            return false;
        ++dots;
    }
    return dots == 1 || dots == 2;
}

std::optional<refusal> check_path(std::string_view path)
{
    for (std::size_t at = 0; at < path.size(); ++at) {
        if (path[at] == '\\')
            return bad_request("The path holds a backslash.");
        if (path[at] != '%')
            continue;
        if (at + 2 >= path.size() || !text::is_hex_digit(path[at + 1]) || !text::is_hex_digit(path[at + 2]))
            return bad_request("The path holds a percent sign that two hex digits do not follow.");
        if (is_encoded(path, at, '2', 'f') || is_encoded(path, at, '5', 'c'))
            return bad_request("The path holds an encoded slash.");
    }
    for (std::size_t at = 1; at < path.size();) {
        const auto slash = std::min(path.find('/', at), path.size());
        if (is_dot_segment(path.substr(at, slash - at)))
            return bad_request("The path holds a segment \".\" or \"..\".");
        at = slash + 1;
    }
    return std::nullopt;
}

// http://authority/path: the authority must be what Host says (RFC 9112 3.2.2), the rest is taken in origin form. Only
// HTTP/1.0 comes without Host: then the authority stands in for it.
std::optional<refusal> strip_authority(const framing::head& h, std::string_view& rest)
{
    constexpr std::string_view scheme = "http://";
    if (!text::equals_ignoring_case(rest.substr(0, scheme.size()), scheme))
        return bad_request("The request target does not start with '/'.");
    rest.remove_prefix(scheme.size());
    const auto end = std::min(rest.find_first_of("/?"), rest.size());
    const auto authority = rest.substr(0, end);
    if (!h.has_host && !framing::is_authority(authority))
        return bad_request("The request target names no host, or not only a host with an optional port.");
    if (h.has_host && !text::equals_ignoring_case(authority, h.host))
        return bad_request("The host of the request target is not the one that Host names.");
    rest.remove_prefix(end);
    return std::nullopt;
}

} // namespace

std::optional<refusal> parse_target(const framing::head& h, target_parts& out)
{
    auto rest = h.target;
    out = {};
    if (rest == "*") {
        out.path = rest;
        if (h.verb != method::options)
            return bad_request("The target '*' goes with OPTIONS only.");
        return std::nullopt;
    }
    if (rest.front() != '/')
        if (auto refused = strip_authority(h, rest))
            return refused;
    if (rest.find("%00") != std::string_view::npos)
        return bad_request("The request target holds an encoded NUL.");
    const auto question = std::min(rest.find('?'), rest.size());
    out.path = rest.substr(0, question);
    out.query = question < rest.size() ? rest.substr(question + 1) : std::string_view{};
    if (out.path.empty())
        out.path = "/";
    if (out.path.size() > 1 && out.path.back() == '/')
        out.path.remove_suffix(1);
    return check_path(out.path);
}

} // namespace lightdash::http
