// Conditional requests (RFC 9110 13): a client says which state of a thing it knows.
//
// What a handler tells of a thing with versions it returns as tagged<T>: the answer's ETag names the version, and has a
// digest of the body behind it, because the same version may be told in other words (its author has a new name). So a
// client's If-None-Match holds as long as it would be sent the very same bytes, and its If-Match as long as nobody
// saved; of If-Match only the version counts, with the digest or without.
#pragma once

#include "lightdash/core/describe.hpp"
#include "lightdash/core/uuid.hpp"
#include "lightdash/http/request.hpp"
#include "lightdash/http/response.hpp"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace lightdash::api {

// `told` may be a created<>.
template <class T>
struct tagged {
    T told;
    uuid version;
};

// An entity tag without its quotes (RFC 9110 8.8.3).
struct entity_tag {
    std::string_view opaque;
    bool weak = false;
};

// Of If-Match and If-None-Match.
struct entity_tags {
    bool any = false; // "*"
    std::vector<entity_tag> listed;

    // The fields of one name; nullopt when they are not "*" and no list of tags, or an empty one.
    static std::optional<entity_tags> parse(std::span<const std::string_view> fields);
};

// A handler's parameter: which version must still be the present one. A statement binds its member by name; null: any.
// A tag that is weak, or none of ours, is no version.
struct if_match {
    static constexpr std::string_view header = "If-Match";
    static constexpr std::string_view header_description =
        "The ETag of what was read: when somebody has saved since, nothing is changed and the answer is 409 with who "
        "saved and when";

    std::optional<std::vector<uuid>> expected_versions;

    static if_match of(const http::request& rq); // throws invalid_parameter
    bool holds(const uuid& present) const noexcept;
};
LIGHTDASH_DESCRIBE(if_match, expected_versions)

namespace detail {

// Gives the answer its ETag; what a GET is told may be kept, to be asked for again.
void tag(http::response& answer, const http::request& rq, const uuid& version);

} // namespace detail
} // namespace lightdash::api
