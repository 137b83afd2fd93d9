#include "http/framing/framing.hpp"

#include "http/request/target_text.hpp"

#include <array>
#include <bitset>
#include <cstring>

namespace lightdash::http::framing {

namespace {

constexpr std::size_t longest_method = 32;
constexpr std::size_t around_target = longest_method + sizeof(" HTTP/1.1");

method known_method(std::string_view text) noexcept
{
    for (auto m :
         {method::get, method::post, method::patch, method::put, method::delete_, method::head, method::options})
        if (text == to_string(m))
            return m;
    return method::other;
}

bool all_digits(std::string_view text) noexcept
{
    for (char c : text)
        if (!text::is_digit(c))
            return false;
    return !text.empty();
}

std::optional<refusal> parse_version(std::string_view version, head& out)
{
    if (version == "HTTP/1.1" || version == "HTTP/1.0") {
        out.http_1_1 = version.back() == '1';
        return std::nullopt;
    }
    const bool shaped = version.size() == 8 && version.starts_with("HTTP/") && text::is_digit(version[5]) &&
                        version[6] == '.' && text::is_digit(version[7]);
    if (shaped && version[5] != '1')
        return refusal{error_kind::version_not_supported, "Only HTTP/1.1 and HTTP/1.0 are spoken here."};
    return bad_request("The request line does not end with HTTP/1.1 or HTTP/1.0.");
}

std::optional<refusal> parse_request_line(std::string_view line, const limits& allowed, head& out)
{
    const auto first = line.find(' ');
    if (first == std::string_view::npos || first == 0)
        return bad_request("The request line is not METHOD SP TARGET SP VERSION.");
    out.method_text = line.substr(0, first);
    if (!text::is_token(out.method_text))
        return bad_request("The method holds a character that no method may hold.");
    const auto last = line.rfind(' ');
    if (last == first)
        return bad_request("The request line is not METHOD SP TARGET SP VERSION.");
    out.target = line.substr(first + 1, last - first - 1);
    if (out.target.size() > allowed.target_bytes)
        return refusal{error_kind::uri_too_long, "The request target is too long."};
    if (auto refused = parse_version(line.substr(last + 1), out))
        return refused;
    if (out.target.empty())
        return bad_request("The request line has no target.");
    for (char c : out.target)
        if (!text::is_visible(c) || c == '#')
            return bad_request("The request target holds a character that must be percent-encoded.");
    out.verb = known_method(out.method_text);
    if (out.method_text == "CONNECT")
        return bad_request("This is not a proxy: CONNECT is refused.");
    if (out.verb == method::other)
        return refusal{error_kind::not_implemented, "This method is not implemented; method names are upper case."};
    return std::nullopt;
}

// RFC 9112 6.1: a message whose last coding is not chunked has no end that both sides agree on.
std::optional<refusal> parse_transfer_encoding(std::string_view value, head& out)
{
    std::size_t codings = 0;
    bool last_is_chunked = false;
    for (std::size_t at = 0; at <= value.size();) {
        const auto comma = std::min(value.find(',', at), value.size());
        const auto coding = text::trimmed(value.substr(at, comma - at));
        if (coding.empty() || text::equals_ignoring_case(coding, "identity"))
            return bad_request("Transfer-Encoding names no coding, or identity.");
        if (last_is_chunked)
            return bad_request("In Transfer-Encoding, chunked must be the last coding, and stand once.");
        last_is_chunked = text::equals_ignoring_case(coding, "chunked");
        ++codings;
        at = comma + 1;
    }
    if (!last_is_chunked)
        return bad_request("The last coding of Transfer-Encoding is not chunked.");
    if (codings > 1)
        return refusal{error_kind::not_implemented, "Of the transfer codings only chunked is implemented."};
    out.chunked = true;
    return std::nullopt;
}

std::optional<refusal> parse_content_length(std::string_view value, head& out)
{
    if (!all_digits(value) || (value.size() > 1 && value.front() == '0'))
        return bad_request("Content-Length is not one plain decimal number.");
    if (value.size() > 18)
        return refusal{error_kind::payload_too_large, "The body is larger than this server takes."};
    std::uint64_t length = 0;
    for (char c : value)
        length = length * 10 + static_cast<std::uint64_t>(c - '0');
    out.content_length = length;
    return std::nullopt;
}

// Fields of which a request has one (RFC 9110): with two, whoever reads the first and whoever reads the last believe
// different things, and one of them may stand in front of us. Content-Length and Host are among them.
struct single_field {
    std::string_view name, refusal;
};
#define LIGHTDASH_SINGLE_FIELD(name) single_field{name, "There is more than one " name " field."}
constexpr std::array single_fields{
    LIGHTDASH_SINGLE_FIELD("Host"),
    LIGHTDASH_SINGLE_FIELD("Content-Length"),
    LIGHTDASH_SINGLE_FIELD("Transfer-Encoding"), // may stand twice, but not for any client that means well
    LIGHTDASH_SINGLE_FIELD("Content-Type"),
    LIGHTDASH_SINGLE_FIELD("Content-Location"),
    LIGHTDASH_SINGLE_FIELD("Content-Range"),
    LIGHTDASH_SINGLE_FIELD("Authorization"),
    LIGHTDASH_SINGLE_FIELD("Proxy-Authorization"),
    LIGHTDASH_SINGLE_FIELD("Date"),
    LIGHTDASH_SINGLE_FIELD("From"),
    LIGHTDASH_SINGLE_FIELD("If-Modified-Since"),
    LIGHTDASH_SINGLE_FIELD("If-Unmodified-Since"),
    LIGHTDASH_SINGLE_FIELD("If-Range"),
    LIGHTDASH_SINGLE_FIELD("Max-Forwards"),
    LIGHTDASH_SINGLE_FIELD("Origin"),
    LIGHTDASH_SINGLE_FIELD("Range"),
    LIGHTDASH_SINGLE_FIELD("Referer"),
    LIGHTDASH_SINGLE_FIELD("User-Agent"),
    LIGHTDASH_SINGLE_FIELD("X-Request-Id"),
    LIGHTDASH_SINGLE_FIELD("X-Request-Timeout"),
};
#undef LIGHTDASH_SINGLE_FIELD

// What was seen of the head's fields so far.
struct seen_fields {
    std::bitset<single_fields.size()> single;
    bool encoding = false;
    bool close = false, keep_alive = false; // of Connection
};

std::optional<refusal> check_single(std::string_view name, seen_fields& seen)
{
    for (std::size_t i = 0; i < single_fields.size(); ++i) {
        if (!text::equals_ignoring_case(name, single_fields[i].name))
            continue;
        if (seen.single.test(i))
            return bad_request(single_fields[i].refusal);
        seen.single.set(i);
        break;
    }
    return std::nullopt;
}

// Calls visit(element) for the elements of a comma-separated list (RFC 9110 5.6.1).
template <class Visit>
void for_each_element(std::string_view list, Visit visit)
{
    for (std::size_t at = 0; at <= list.size();) {
        const auto comma = std::min(list.find(',', at), list.size());
        visit(text::trimmed(list.substr(at, comma - at)));
        at = comma + 1;
    }
}

// Of Connection (RFC 9110 7.6.1): whoever reads another list may keep the connection that we close.
std::optional<refusal> check_options(std::string_view list)
{
    bool tokens = true;
    for_each_element(list,
                     [&](std::string_view option) { tokens = tokens && (option.empty() || text::is_token(option)); });
    return tokens ? std::nullopt : std::optional{bad_request("Connection is not a list of names.")};
}

// What the framing depends on.
std::optional<refusal> note_field(std::string_view name, std::string_view value, seen_fields& seen, head& out)
{
    if (text::equals_ignoring_case(name, "host")) {
        out.has_host = true;
        out.host = value;
        if (!is_authority(value))
            return bad_request("Host is not a host name or address with an optional port.");
    } else if (text::equals_ignoring_case(name, "content-length")) {
        return parse_content_length(value, out);
    } else if (text::equals_ignoring_case(name, "transfer-encoding")) {
        seen.encoding = true;
        return parse_transfer_encoding(value, out);
    } else if (text::equals_ignoring_case(name, "expect")) {
        for_each_element(value, [&](std::string_view expected) {
            out.expects_continue = out.expects_continue || text::equals_ignoring_case(expected, "100-continue");
        });
    } else if (text::equals_ignoring_case(name, "proxy-connection")) {
        return check_options(value);
    } else if (text::equals_ignoring_case(name, "connection")) {
        if (auto refused = check_options(value))
            return refused;
        for_each_element(value, [&](std::string_view option) {
            seen.close = seen.close || text::equals_ignoring_case(option, "close");
            seen.keep_alive = seen.keep_alive || text::equals_ignoring_case(option, "keep-alive");
        });
    }
    return std::nullopt;
}

// One line of a header or trailer, without its CRLF: is it NAME ":" VALUE?
std::optional<refusal> check_field_line(std::string_view line)
{
    if (line.front() == ' ' || line.front() == '\t')
        return bad_request("A header line starts with white space (folded lines are refused).");
    const auto colon = line.find(':');
    if (colon == std::string_view::npos)
        return bad_request("A header line has no colon.");
    if (!text::is_token(line.substr(0, colon)))
        return bad_request(
            "A field name is empty or holds a character that no name may hold (white space before the colon, too).");
    if (!text::is_field_value(line.substr(colon + 1)))
        return bad_request("A field value holds a control character.");
    return std::nullopt;
}

std::optional<refusal> parse_field(std::string_view line, seen_fields& seen, head& out)
{
    if (auto refused = check_field_line(line))
        return refused;
    const auto colon = line.find(':');
    const auto name = line.substr(0, colon);
    const auto value = text::trimmed(line.substr(colon + 1));
    out.fields.emplace_back(name, value);
    if (auto refused = check_single(name, seen))
        return refused;
    return note_field(name, value, seen, out);
}

std::optional<refusal> check_together(const head& h, const seen_fields& seen)
{
    if (seen.encoding && h.content_length)
        return bad_request("Transfer-Encoding and Content-Length exclude each other.");
    if (seen.encoding && !h.http_1_1)
        return bad_request("HTTP/1.0 has no Transfer-Encoding.");
    if (h.http_1_1 && !h.has_host)
        return bad_request("An HTTP/1.1 request must have a Host field.");
    return std::nullopt;
}

} // namespace

bool is_authority(std::string_view host) noexcept
{
    std::string_view rest;
    if (host.starts_with('[')) {
        const auto close = host.find(']');
        if (close == std::string_view::npos || close < 3)
            return false;
        for (char c : host.substr(1, close - 1))
            if (!text::is_hex_digit(c) && c != ':' && c != '.')
                return false;
        rest = host.substr(close + 1);
    } else {
        const auto colon = std::min(host.find(':'), host.size());
        if (colon == 0)
            return false;
        for (char c : host.substr(0, colon))
            if (!text::is_unreserved(c) && c != '%')
                return false;
        rest = host.substr(colon);
    }
    if (rest.empty())
        return true;
    return rest.front() == ':' && rest.size() <= 6 && (rest.size() == 1 || all_digits(rest.substr(1)));
}

std::optional<refusal> check_trailer_line(std::string_view line)
{
    if (auto refused = check_field_line(line))
        return refused;
    const auto colon = line.find(':');
    const auto name = line.substr(0, colon);
    for (const auto* framing : {"transfer-encoding", "content-length"})
        if (text::equals_ignoring_case(name, framing))
            return bad_request("Transfer-Encoding and Content-Length cannot stand behind the body.");
    for (const auto* options : {"connection", "proxy-connection"})
        if (text::equals_ignoring_case(name, options))
            return check_options(text::trimmed(line.substr(colon + 1)));
    return std::nullopt;
}

head_scanner::state head_scanner::refuse(error_kind kind, std::string_view reason) noexcept
{
    why_ = {kind, reason};
    return state::refused;
}

head_scanner::state head_scanner::scan(std::string_view bytes, const limits& allowed)
{
    while (seen_ < bytes.size()) {
        const auto* found = std::memchr(bytes.data() + seen_, '\n', bytes.size() - seen_);
        if (!found)
            break;
        const auto newline = static_cast<std::size_t>(static_cast<const char*>(found) - bytes.data());
        const auto now = end_of_line(bytes, newline, allowed);
        if (now != state::incomplete)
            return now;
    }
    seen_ = bytes.size();
    const auto pending = bytes.size() - begin_;
    if (!has_request_line_ && pending > allowed.target_bytes + around_target)
        return refuse(error_kind::uri_too_long, "The request target is too long.");
    if (pending > allowed.header_bytes)
        return refuse(error_kind::header_too_large, "The request line and header fields are too large.");
    return state::incomplete;
}

head_scanner::state head_scanner::end_of_line(std::string_view bytes, std::size_t newline, const limits& allowed)
{
    if (newline == line_ || bytes[newline - 1] != '\r')
        return refuse(error_kind::bad_request, "A line of the header ends with a bare LF.");
    const bool empty = newline - 1 == line_;
    line_ = seen_ = newline + 1;
    if (!empty) {
        has_request_line_ = true;
        return state::incomplete;
    }
    if (has_request_line_)
        return line_ - begin_ > allowed.header_bytes
                   ? refuse(error_kind::header_too_large, "The request line and header fields are too large.")
                   : state::complete;
    if (begin_ != 0)
        return refuse(error_kind::bad_request, "More than one empty line stands before the request line.");
    begin_ = line_;
    return state::incomplete;
}

std::optional<refusal> parse_head(std::string_view block, const limits& allowed, head& out)
{
    out.fields.clear();
    out.has_host = out.chunked = out.expects_continue = false;
    out.content_length.reset();
    out.host = {};

    auto end = block.find("\r\n");
    if (auto refused = parse_request_line(block.substr(0, end), allowed, out))
        return refused;
    seen_fields seen;
    for (auto at = end + 2; at < block.size(); at = end + 2) {
        end = block.find("\r\n", at);
        if (end == at)
            break;
        if (out.fields.size() == allowed.header_fields)
            return refusal{error_kind::header_too_large, "The request has too many header fields."};
        if (auto refused = parse_field(block.substr(at, end - at), seen, out))
            return refused;
    }
    out.keep_alive = !seen.close && (out.http_1_1 || seen.keep_alive);
    return check_together(out, seen);
}

} // namespace lightdash::http::framing
