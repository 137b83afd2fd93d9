#include "lightdash/http/request.hpp"

#include "http/target_text.hpp"

#include <fmt/format.h>

#include <charconv>

namespace lightdash::http {

namespace {

constexpr std::size_t longest_echo = 64;

[[noreturn]] void refuse_parameter(std::string_view name, std::string message)
{
    auto summary = fmt::format("The query parameter \"{}\" is not valid: {}", name, message);
    throw error{error_kind::invalid_body, std::move(summary)}.with_fields({{std::string{name}, std::move(message)}});
}

// application/json or application/…+json; a charset, if named, is UTF-8 (promises J11).
bool is_json(std::string_view content_type) noexcept
{
    const auto semicolon = std::min(content_type.find(';'), content_type.size());
    const auto media = text::trimmed(content_type.substr(0, semicolon));
    constexpr std::string_view prefix = "application/", suffix = "+json";
    const bool plain = text::equals_ignoring_case(media, "application/json");
    const bool suffixed = media.size() > prefix.size() + suffix.size() &&
                          text::equals_ignoring_case(media.substr(0, prefix.size()), prefix) &&
                          text::equals_ignoring_case(media.substr(media.size() - suffix.size()), suffix);
    if (!plain && !suffixed)
        return false;
    for (auto at = semicolon; at < content_type.size();) {
        const auto next = std::min(content_type.find(';', at + 1), content_type.size());
        const auto parameter = text::trimmed(content_type.substr(at + 1, next - at - 1));
        constexpr std::string_view charset = "charset=";
        if (text::equals_ignoring_case(parameter.substr(0, charset.size()), charset)) {
            const auto value = parameter.substr(charset.size());
            if (!text::equals_ignoring_case(value, "utf-8") && !text::equals_ignoring_case(value, "\"utf-8\""))
                return false;
        }
        at = next;
    }
    return true;
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
        text.substr(0, longest_echo));
    throw error{error_kind::invalid_parameter, std::move(message)};
}

// Calls visit(decoded value) for each parameter of that name until visit returns false.
template <class Visit>
void request::for_each_query_value(std::string_view name, Visit visit) const
{
    std::string decoded;
    for (std::size_t at = 0; at < query_.size();) {
        const auto end = std::min(query_.find('&', at), query_.size());
        const auto pair = query_.substr(at, end - at);
        at = end + 1;
        const auto equals = std::min(pair.find('='), pair.size());
        decoded.clear();
        if (!text::percent_decode(pair.substr(0, equals), true, decoded) || decoded != name)
            continue;
        decoded.clear();
        const auto value = equals < pair.size() ? pair.substr(equals + 1) : std::string_view{};
        if (!text::percent_decode(value, true, decoded))
            refuse_parameter(name, "its percent-encoding must be well-formed and yield UTF-8 without NUL.");
        if (!visit(std::move(decoded)))
            return;
    }
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
                                           std::string_view{*text}.substr(0, longest_echo)));
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
    refuse_parameter(
        name, fmt::format("it must be true or false, not \"{}\".", std::string_view{*text}.substr(0, longest_echo)));
}

void request::check_content_type() const
{
    const auto content_type = header("content-type");
    if (!is_json(content_type)) {
        throw error{error_kind::unsupported_media_type,
                    content_type.empty()
                        ? std::string{"The request has no Content-Type; send application/json in UTF-8."}
                        : fmt::format("Content-Type \"{}\" is not taken here; send application/json in UTF-8.",
                                      content_type.substr(0, longest_echo))};
    }
}

const json::value& request::parsed_body() const
{
    if (parsed_)
        return *parsed_;
    check_content_type();
    parsed_ = json::value::parse(body_);
    return *parsed_;
}

const lightdash::caller& request::caller() const
{
    if (!caller_)
        throw error{error_kind::unauthenticated, "You are not signed in."};
    return *caller_;
}

} // namespace lightdash::http
