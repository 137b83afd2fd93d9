// Lists of content as they are asked for: searched, sorted and paged.
#pragma once

#include "lightdash/api/paging.hpp"
#include "lightdash/core/describe.hpp"
#include "modules/shared/columns.hpp"

#include <optional>
#include <string_view>
#include <utility>

namespace lightdash {

enum class content_order : unsigned char { name, last_updated_at, created_at };
LIGHTDASH_DESCRIBE_ENUM(content_order, name, last_updated_at, created_at)

// The query parameters.
struct content_query {
    api::page_request page;
    api::search search;
    std::optional<content_order> sort_by; // created_at when absent
    std::optional<api::sort_direction> sort_direction;
};
LIGHTDASH_DESCRIBE(content_query, page, search, sort_by, sort_direction)

// The same as statements take them. It borrows the pattern.
struct content_listing : listing {
    std::string_view by;
    bool down;

    explicit content_listing(const content_query& asked);
};
LIGHTDASH_DESCRIBE_DERIVED(content_listing, listing, by, down)

// For modify(): the rows of a table of content with that alias, in the listing's order.
void sorted(sql::select& query, std::string_view alias);

// The same list of what is made of each row.
template <class To, class From>
api::list<To> list_of(api::list<From>&& found)
{
    api::list<To> made{{}, found.total, found.asked};
    made.rows.reserve(found.rows.size());
    for (auto& each : found.rows)
        made.rows.emplace_back(std::move(each));
    return made;
}

} // namespace lightdash
