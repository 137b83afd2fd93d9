#include "lightdash/http/request.hpp"

#include "http/request/media_type.hpp"
#include "http/request/target_text.hpp"
#include "lightdash/core/near_match.hpp"
#include "lightdash/core/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace lightdash::http {

namespace {

constexpr std::size_t longest_echo = 64;

[[noreturn]] void refuse_parameter(std::string_view name, std::string message)
{
    auto summary = fmt::format("The query parameter \"{}\" is not valid: {}", name, message);
    throw error{error_kind::invalid_body, std::move(summary)}.with_fields({{std::string{name}, std::move(message)}});
}

// "12", "-3", "1.000000" (some clients print every number as a decimal).
std::optional<std::int64_t> parse_integer(std::string_view text) noexcept
{
    const auto point = text.find('.');
    if (point != std::string_view::npos) {
        const auto zeros = text.substr(point + 1);
        if (zeros.empty() || zeros.find_first_not_of('0') != std::string_view::npos)
            return std::nullopt;
        text = text.substr(0, point);
    }
    std::int64_t value = 0;
    const auto* end = text.data() + text.size();
    const auto [stopped, failed] = std::from_chars(text.data(), end, value);
    if (failed != std::errc{} || stopped != end)
        return std::nullopt;
    return value;
}

} // namespace

std::string_view to_string(method m) noexcept
{
    switch (m) {
    case method::get:
        return "GET";
    case method::head:
        return "HEAD";
    case method::post:
        return "POST";
    case method::put:
        return "PUT";
    case method::patch:
        return "PATCH";
    case method::delete_:
        return "DELETE";
    case method::options:
        return "OPTIONS";
    case method::other:
        break;
    }
    return "_OTHER";
}

std::string_view request::header(std::string_view name) const noexcept
{
    for (const auto& [field, value] : headers_)
        if (text::equals_ignoring_case(field, name))
            return value;
    return {};
}

bool request::has_header(std::string_view name) const noexcept
{
    for (const auto& [field, value] : headers_)
        if (text::equals_ignoring_case(field, name))
            return true;
    return false;
}

std::vector<std::string_view> request::header_all(std::string_view name) const
{
    std::vector<std::string_view> found;
    for (const auto& [field, value] : headers_)
        if (text::equals_ignoring_case(field, name))
            found.push_back(value);
    return found;
}

bool request::accepts(std::string_view media_type) const noexcept
{
    acceptance accept{media_type};
    for (const auto& [field, value] : headers_)
        if (text::equals_ignoring_case(field, "accept"))
            accept.add(value);
    return accept.takes();
}

std::string_view request::path_parameter(std::string_view name) const
{
    for (const auto& [known, value] : path_parameters_)
        if (known == name)
            return value;
    throw error{error_kind::internal,
                fmt::format("The route \"{}\" has no path parameter \"{}\".", account_.route, name)};
}

void request::throw_bad_uuid(std::string_view name, std::string_view text)
{
    auto message = fmt::format(
        "The path parameter \"{}\" must be a UUID such as 3fa85f64-5717-4562-b3fc-2c963f66afa6, not \"{}\".", name,
        utf8_prefix(text, longest_echo));
    throw error{error_kind::invalid_parameter, std::move(message)};
}

// Calls visit(name, value) for each parameter, the value still encoded, until visit returns false.
template <class Visit>
void request::for_each_query_pair(Visit visit) const
{
    std::string name;
    for (std::size_t at = 0; at < query_.size();) {
        const auto end = std::min(query_.find('&', at), query_.size());
        const auto pair = query_.substr(at, end - at);
        at = end + 1;
        const auto equals = std::min(pair.find('='), pair.size());
        name.clear();
        const bool readable = text::percent_decode(pair.substr(0, equals), true, name);
        const auto value = equals < pair.size() ? pair.substr(equals + 1) : std::string_view{};
        if (!pair.empty() && !visit(readable ? std::string_view{name} : pair.substr(0, equals), value))
            return;
    }
}

// Calls visit(decoded value) for each parameter of that name until visit returns false.
template <class Visit>
void request::for_each_query_value(std::string_view name, Visit visit) const
{
    for_each_query_pair([&](std::string_view named, std::string_view value) {
        if (named != name)
            return true;
        std::string decoded;
        if (!text::percent_decode(value, true, decoded))
            refuse_parameter(name, "its percent-encoding must be well-formed and yield UTF-8 without NUL.");
        return visit(std::move(decoded));
    });
}

void request::refuse_other_query(std::span<const std::string_view> known) const
{
    for_each_query_pair([&](std::string_view name, std::string_view) {
        if (std::ranges::find(known, name) != known.end())
            return true;
        const auto shown = utf8_prefix(name, longest_echo);
        const bool writable = is_utf8(shown);
        const std::vector<std::string_view> choices{known.begin(), known.end()};
        std::string message = "There is no such query parameter here" + did_you_mean(shown, choices);
        if (known.empty())
            message = "This address takes no query parameters.";
        refuse_parameter(writable ? shown : "?", std::move(message));
    });
}

std::optional<std::string> request::query_text(std::string_view name) const
{
    std::optional<std::string> found;
    for_each_query_value(name, [&](std::string value) {
        found = std::move(value);
        return false;
    });
    return found;
}

std::vector<std::string> request::query_all(std::string_view name) const
{
    std::vector<std::string> found;
    for_each_query_value(name, [&](std::string value) {
        found.push_back(std::move(value));
        return true;
    });
    return found;
}

std::optional<std::int64_t> request::query_integer(std::string_view name, std::int64_t lowest,
                                                   std::int64_t highest) const
{
    const auto text = query_text(name);
    if (!text)
        return std::nullopt;
    const auto value = parse_integer(*text);
    if (!value || *value < lowest || *value > highest)
        refuse_parameter(name, fmt::format("it must be an integer from {} to {}, not \"{}\".", lowest, highest,
                                           utf8_prefix(*text, longest_echo)));
    return value;
}

std::optional<bool> request::query_flag(std::string_view name) const
{
    const auto text = query_text(name);
    if (!text)
        return std::nullopt;
    if (*text == "true" || *text == "1")
        return true;
    if (*text == "false" || *text == "0")
        return false;
    refuse_parameter(name, fmt::format("it must be true or false, not \"{}\".", utf8_prefix(*text, longest_echo)));
}

void request::require_json_body() const
{
    for (const auto& [field, value] : headers_) // a coded body is not JSON, whatever its type is
        if (text::equals_ignoring_case(field, "content-encoding") && !is_identity(value))
            throw error{error_kind::unsupported_media_type,
                        fmt::format("Content-Encoding \"{}\" is not taken here; send the body as it is.",
                                    utf8_prefix(value, longest_echo))};
    const auto content_type = header("content-type");
    if (is_json_type(content_type))
        return;
    throw error{error_kind::unsupported_media_type,
                content_type.empty()
                    ? std::string{"The request has no Content-Type; send application/json in UTF-8."}
                    : fmt::format("Content-Type \"{}\" is not taken here; send application/json in UTF-8.",
                                  utf8_prefix(content_type, longest_echo))};
}

const json::value& request::parsed_body() const
{
    while (!parse_body_step(body_.size())) {
    }
    return *parsed_;
}

bool request::parse_body_step(std::size_t bytes) const
{
    if (parsed_)
        return true;
    if (!parsing_) {
        require_json_body();
        parsing_.emplace(body_);
    }
    if (!parsing_->step(bytes))
        return false;
    parsed_ = parsing_->result();
    parsing_.reset();
    return true;
}

const void* request::identity_of(const char* type) const
{
    if (!identity_)
        throw error{error_kind::unauthenticated, "You are not signed in."};
    if (identity_type_ != type)
        throw error{error_kind::internal, "The gate let in another kind of caller than the handler asks for."};
    return identity_.get();
}

} // namespace lightdash::http
