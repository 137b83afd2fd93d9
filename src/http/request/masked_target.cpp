#include "lightdash/http/masked_target.hpp"

#include "http/request/target_text.hpp"

#include <algorithm>
#include <iterator>

namespace lightdash::http {

namespace {

constexpr std::string_view mask = "***";
constexpr std::size_t random_text = 32; // characters: 128 bits in hex, more in base64

constexpr std::string_view secret_words[] = {
    "token",      "password",   "passwd",    "passphrase",    "secret",  "apikey", "accesskey",
    "privatekey", "credential", "signature", "authorization", "session", "cookie", "jwt",
};
constexpr std::string_view secret_names[] = {"auth", "key", "sig", "code", "pwd", "pass", "otp", "pat", "bearer"};
constexpr std::string_view secret_starts[] = {"ApiKey ", "Bearer ", "Basic ", "ghp_", "github_pat_",
                                              "glpat-",  "xox",     "sk-",    "AKIA"};

// Most texts are what they mean; `room` holds the others.
std::string_view decoded(std::string_view text, std::string& room)
{
    const bool encoded = text.find_first_of("%+") != std::string_view::npos;
    return encoded && text::percent_decode(text, true, room) ? std::string_view{room} : text;
}

bool names_a_secret(std::string_view encoded)
{
    std::string name, room;
    for (char c : decoded(encoded, room))
        if (text::is_token(std::string_view{&c, 1}) && c != '_' && c != '-' && c != '.')
            name += text::lower(c);
    return std::ranges::find(secret_names, name) != std::end(secret_names) ||
           std::ranges::any_of(secret_words, [&](auto word) { return name.find(word) != std::string::npos; });
}

// Three parts of base64url, of which the first is a JSON object (RFC 7519).
bool is_json_web_token(std::string_view text)
{
    return text.starts_with("eyJ") && std::ranges::count(text, '.') >= 2;
}

// Hex digits only, or letters of both cases and digits: not words, and not a UUID.
bool is_random(std::string_view text)
{
    if (text.size() < random_text)
        return false;
    bool upper = false, lower = false, digits = false, hex = true;
    for (char c : text) {
        const bool base64 = text::is_unreserved(c) || c == '+' || c == '/' || c == '=';
        if (!base64)
            return false;
        hex = hex && text::is_hex_digit(c);
        digits = digits || text::is_digit(c);
        upper = upper || (c >= 'A' && c <= 'Z');
        lower = lower || (c >= 'a' && c <= 'z');
    }
    return hex || (upper && lower && digits);
}

bool looks_like_a_secret(std::string_view encoded)
{
    std::string room;
    const auto value = decoded(encoded, room);
    return value.find("ldpat_") != value.npos ||
           std::ranges::any_of(secret_starts, [&](auto start) { return value.starts_with(start); }) ||
           is_json_web_token(value) || is_random(value);
}

// The part that ends before one of `separators` is taken off `rest`, the separator with it.
std::string_view next_part(std::string_view& rest, std::string_view separators, std::string_view& separator)
{
    const auto end = std::min(rest.find_first_of(separators), rest.size());
    const auto part = rest.substr(0, end);
    separator = rest.substr(end, 1);
    rest.remove_prefix(end + separator.size());
    return part;
}

} // namespace

std::string masked_target(std::string_view target)
{
    std::string shown;
    shown.reserve(target.size());
    const auto question = std::min(target.find('?'), target.size());
    auto path = target.substr(0, question), query = target.substr(question);
    std::string_view separator;
    while (!path.empty()) {
        const auto segment = next_part(path, "/", separator);
        shown += looks_like_a_secret(segment) ? mask : segment;
        shown += separator;
    }
    if (!query.empty()) {
        shown += '?';
        query.remove_prefix(1);
    }
    while (!query.empty()) {
        const auto pair = next_part(query, "&;", separator);
        const auto equals = std::min(pair.find('='), pair.size());
        const auto name = pair.substr(0, equals), value = pair.substr(equals);
        shown += looks_like_a_secret(name) ? mask : name;
        if (value.size() > 1 && (names_a_secret(name) || looks_like_a_secret(value.substr(1)))) {
            shown += '=';
            shown += mask;
        } else {
            shown += value;
        }
        shown += separator;
    }
    return shown;
}

} // namespace lightdash::http
