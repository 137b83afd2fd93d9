#include "http/request/media_type.hpp"

#include "http/request/target_text.hpp"

#include <algorithm>

namespace lightdash::http {
namespace {

// Takes the part before the next delimiter that stands outside of quotes (RFC 9110 5.6.4) off the front.
std::string_view take_part(std::string_view& rest, char delimiter) noexcept
{
    bool quoted = false;
    std::size_t at = 0;
    for (; at < rest.size() && (quoted || rest[at] != delimiter); ++at) {
        if (quoted && rest[at] == '\\')
            ++at;
        else if (rest[at] == '"')
            quoted = !quoted;
    }
    const auto end = std::min(at, rest.size());
    const auto part = text::trimmed(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return part;
}

struct parameter {
    std::string_view name, value; // the value without its quotes
};

parameter as_parameter(std::string_view part) noexcept
{
    const auto equals = std::min(part.find('='), part.size());
    auto value = part.substr(std::min(equals + 1, part.size()));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
        value = value.substr(1, value.size() - 2);
    return {part.substr(0, equals), value};
}

bool is_utf8_name(std::string_view charset) noexcept
{
    return text::equals_ignoring_case(charset, "utf-8") || text::equals_ignoring_case(charset, "utf8");
}

// 0, 0.0, 0.00 or 0.000 (RFC 9110 12.4.2).
bool is_zero(std::string_view weight) noexcept
{
    return !weight.empty() && weight.front() == '0' && weight.find_first_not_of("0.") == std::string_view::npos;
}

std::string_view type_of(std::string_view media) noexcept
{
    return media.substr(0, media.find('/'));
}

} // namespace

bool is_json_type(std::string_view content_type) noexcept
{
    constexpr std::string_view prefix = "application/", suffix = "+json";
    const auto media = take_part(content_type, ';');
    const bool plain = text::equals_ignoring_case(media, "application/json");
    const bool suffixed = media.size() > prefix.size() + suffix.size() &&
                          text::equals_ignoring_case(media.substr(0, prefix.size()), prefix) &&
                          text::equals_ignoring_case(media.substr(media.size() - suffix.size()), suffix);
    if (!plain && !suffixed)
        return false;
    while (!content_type.empty()) {
        const auto [name, value] = as_parameter(take_part(content_type, ';'));
        if (text::equals_ignoring_case(name, "charset") && !is_utf8_name(value))
            return false;
    }
    return true;
}

bool is_identity(std::string_view content_encoding) noexcept
{
    while (!content_encoding.empty()) {
        const auto coding = take_part(content_encoding, ',');
        if (!coding.empty() && !text::equals_ignoring_case(coding, "identity"))
            return false;
    }
    return true;
}

void acceptance::add(std::string_view accept) noexcept
{
    while (!accept.empty())
        add_range(take_part(accept, ','));
}

void acceptance::add_range(std::string_view range) noexcept
{
    const auto media = take_part(range, ';');
    if (media.empty())
        return;
    named_ = true;
    int closeness = 0;
    if (media == "*/*")
        closeness = 1;
    else if (text::equals_ignoring_case(media, produced_))
        closeness = 3;
    else if (media.ends_with("/*") && text::equals_ignoring_case(media.substr(0, media.size() - 2), type_of(produced_)))
        closeness = 2;
    if (closeness == 0 || closeness < closest_)
        return;
    bool wanted = true;
    while (!range.empty()) {
        const auto [name, value] = as_parameter(take_part(range, ';'));
        if (text::equals_ignoring_case(name, "q"))
            wanted = !is_zero(value);
    }
    wanted_ = wanted || (closeness == closest_ && wanted_); // the same range twice, with other parameters
    closest_ = closeness;
}

} // namespace lightdash::http
