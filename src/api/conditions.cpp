#include "lightdash/api/conditions.hpp"

#include "lightdash/core/digest.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lightdash::api {
namespace {

constexpr char before_digest = '.';

void skip(std::string_view& rest, std::string_view characters)
{
    rest.remove_prefix(std::min(rest.find_first_not_of(characters), rest.size()));
}

// [ "W/" ] DQUOTE *etagc DQUOTE at the beginning of `rest`, which then begins behind it.
std::optional<entity_tag> take_tag(std::string_view& rest)
{
    entity_tag made{.weak = rest.starts_with("W/")};
    if (made.weak)
        rest.remove_prefix(2);
    if (!rest.starts_with('"'))
        return std::nullopt;
    rest.remove_prefix(1);
    made.opaque = rest.substr(0, rest.find('"'));
    const auto is_etagc = [](unsigned char c) { return c > 0x20 && c != 0x7F; };
    if (made.opaque.size() == rest.size() || !std::ranges::all_of(made.opaque, is_etagc))
        return std::nullopt;
    rest.remove_prefix(made.opaque.size() + 1);
    return made;
}

// A list (RFC 9110 5.6.1): a recipient passes over empty elements. A comma may stand in a tag.
bool take_list(std::string_view rest, std::vector<entity_tag>& into)
{
    for (skip(rest, " \t,"); !rest.empty(); skip(rest, " \t,")) {
        const auto tag = take_tag(rest);
        skip(rest, " \t");
        if (!tag || (!rest.empty() && !rest.starts_with(',')))
            return false;
        into.push_back(*tag);
    }
    return true;
}

std::optional<uuid> version_of(const entity_tag& tag)
{
    return tag.weak ? std::nullopt : uuid::parse(tag.opaque.substr(0, tag.opaque.find(before_digest)));
}

// The weak comparison, as If-None-Match has it (RFC 9110 13.1.2). What cannot be read is no condition: then the client
// is told everything.
bool is_known(const http::request& rq, std::string_view opaque)
{
    const auto fields = rq.header_all("If-None-Match");
    const auto known = fields.empty() ? std::nullopt : entity_tags::parse(fields);
    return known &&
           (known->any || std::ranges::find(known->listed, opaque, &entity_tag::opaque) != known->listed.end());
}

} // namespace

std::optional<entity_tags> entity_tags::parse(std::span<const std::string_view> fields)
{
    if (fields.size() == 1 && fields.front() == "*")
        return entity_tags{.any = true, .listed = {}};
    entity_tags made;
    for (const auto field : fields)
        if (!take_list(field, made.listed))
            return std::nullopt;
    return made.listed.empty() ? std::nullopt : std::optional{std::move(made)};
}

if_match if_match::of(const http::request& rq)
{
    const auto fields = rq.header_all(header);
    if (fields.empty())
        return {};
    const auto asked = entity_tags::parse(fields);
    if (!asked)
        throw error{error_kind::invalid_parameter,
                    R"(The If-Match header must be *, or entity tags in double quotes as the ETag header has them: )"
                    R"("3fa85f64-5717-4562-b3fc-2c963f66afa6", with commas between them.)"};
    if (asked->any)
        return {};
    if_match made{.expected_versions = std::vector<uuid>{}};
    for (const auto& tag : asked->listed)
        if (const auto version = version_of(tag))
            made.expected_versions->push_back(*version);
    return made;
}

bool if_match::holds(const uuid& present) const noexcept
{
    return !expected_versions || std::ranges::find(*expected_versions, present) != expected_versions->end();
}

namespace detail {

void tag(http::response& answer, const http::request& rq, const uuid& version)
{
    const auto opaque = fmt::format("{}{}{:016x}", version.to_string(), before_digest, digest_of(answer.body));
    answer.headers.emplace_back("ETag", '"' + opaque + '"');
    if (rq.verb() != http::method::get && rq.verb() != http::method::head)
        return;
    answer.headers.emplace_back("Cache-Control", "private, no-cache");
    answer.headers.emplace_back("Vary", "Authorization, Cookie");
    if (!is_known(rq, opaque))
        return;
    answer.status = 304;
    answer.body.clear();
}

} // namespace detail
} // namespace lightdash::api
