// X-Request-Id, Authorization and the query string: what strangers write there is read without harm, and means what
// they wrote.
#include "fuzz/broken.hpp"
#include "http/framing/framing.hpp"
#include "http/request/request_builder.hpp"
#include "http/request/request_id.hpp"
#include "http/request/target.hpp"
#include "lightdash/core/utf8.hpp"
#include "modules/access/presented_token.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::fuzz {
namespace {

void request_id(std::string_view text)
{
    static constexpr std::string_view taken = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    const bool by_the_book =
        !text.empty() && text.size() <= 128 && text.find_first_not_of(taken) == std::string_view::npos;
    require(http::is_request_id(text) == by_the_book, "a request id is 1 to 128 characters that nobody escapes", text);
}

// Why the field is refused; "": it is not.
std::string refusal_of(std::string_view field, std::string_view& token)
{
    try {
        token = access::presented_token(field);
        return {};
    } catch (const error& refused) {
        require(refused.kind() == error_kind::unauthenticated, "no token is no caller", field);
        return refused.message();
    }
}

// A secret: a refusal is one of three, whatever was sent.
void authorization(const std::string& field)
{
    std::string lower = field.substr(0, 7);
    std::ranges::transform(lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c | 0x20) : c; });
    std::string_view rest{field};
    rest.remove_prefix(std::min(rest.find_first_not_of(" ", 7), rest.size()));
    const bool by_the_book = lower == "apikey " && rest.starts_with("ldpat_") && rest.size() <= 256;
    std::string_view token, none;
    const auto refusal = refusal_of(field, token);
    require(refusal.empty() == by_the_book, "what follows ApiKey is a token, or refused", field);
    require(token == (by_the_book ? rest : std::string_view{}), "a token is what follows ApiKey", field);
    require(refusal.empty() || refusal == refusal_of("", none) || refusal == refusal_of("x", none) ||
                refusal == refusal_of("ApiKey x", none),
            "a refusal repeats nothing", field);
}

// What `ask` answers; a refusal is invalid_body with a text that JSON can hold.
template <class Ask>
bool answers(std::string_view query, Ask ask)
{
    try {
        ask();
        return true;
    } catch (const error& refused) {
        require(refused.kind() == error_kind::invalid_body, "a query parameter is refused as invalid", query);
        require(is_utf8(refused.message()), "a refusal is UTF-8", query);
        for (const auto& fault : refused.fields())
            require(is_utf8(fault.pointer) && is_utf8(fault.message), "a fault is UTF-8", query);
        return false;
    }
}

// Refers to the query.
http::request request_with(std::string_view query)
{
    http::request made;
    http::request_builder{made}.line(http::method::get, "/a", "/a", query);
    return made;
}

// Only what a request line may hold comes here.
void query_string(std::string_view query)
{
    const auto rq = request_with(query);
    const std::vector<std::string_view> known{"page", "pageSize"};
    answers(query, [&] { rq.refuse_other_query(known); });
    for (const auto* name : {"page", "pageSize", "", "a"}) {
        answers(query, [&] { rq.query_integer(name, 1, 100); });
        answers(query, [&] { rq.query_flag(name); });
        std::optional<std::string> first;
        std::vector<std::string> all;
        const bool has_first = answers(query, [&] { first = rq.query_text(name); });
        if (answers(query, [&] { all = rq.query_all(name); })) {
            require(has_first && first.has_value() == !all.empty(), "the first value is one of all", query);
            require(all.empty() || *first == all.front(), "the first value is the first of all", query);
        }
        for (const auto& value : all)
            require(is_utf8(value) && value.find('\0') == std::string::npos, "values are UTF-8 without NUL", query);
    }
}

// Whatever the text is: written with percent signs it comes back, or is refused because it is no text.
void round_trip(std::string_view text)
{
    std::string query = "a=";
    for (const char c : text)
        query += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    query += "&b=1";
    const auto rq = request_with(query);
    std::optional<std::string> got;
    const bool taken = answers(query, [&] { got = rq.query_text("a"); });
    require(taken == (is_utf8(text) && text.find('\0') == std::string_view::npos), "a text is UTF-8 without NUL",
            query);
    require(!taken || got == text, "a text comes back as it was", query);
    require(rq.query_text("b") == "1", "one parameter does not touch the next", query);
}

} // namespace
} // namespace lightdash::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace lightdash;
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    fuzz::request_id(input);
    fuzz::authorization(std::string{input});
    fuzz::authorization(fmt::format("ApiKey {}", input));
    fuzz::round_trip(input);
    const auto bytes = fmt::format("GET /a?{} HTTP/1.1\r\nHost: a\r\n\r\n", input);
    http::framing::head_scanner scanner;
    http::framing::head head;
    http::target_parts target;
    if (scanner.scan(bytes, {}) == http::framing::head_scanner::state::complete &&
        !http::framing::parse_head(std::string_view{bytes}.substr(0, scanner.end()), {}, head) &&
        !http::parse_target(head, target))
        fuzz::query_string(target.query);
    return 0;
}
