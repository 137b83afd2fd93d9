// Lists: page, pageSize and search as the API takes them, and what is answered (api.md 1.4).
#pragma once

#include "lightdash/core/describe.hpp"
#include "lightdash/http/request.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::api {

struct pagination {
    std::int64_t page;
    std::int64_t page_size;
    std::int64_t total_page_count;
    std::int64_t total_results;
};
LIGHTDASH_DESCRIBE(pagination, page, page_size, total_page_count, total_results)

// What of a list was asked for: the query parameters page and pageSize.
struct page_request {
    static constexpr std::int64_t last_page = 1'000'000'000;
    static constexpr std::int64_t largest_page = 1000;
    static constexpr std::int64_t usual_page = 100;    // when only the page's number was given
    static constexpr std::int64_t largest_list = 5000; // when no page was asked for

    bool paged = false; // page or pageSize was given
    std::int64_t page = 1;
    std::int64_t size = largest_list;

    // Throws invalid_body naming what does not fit.
    static page_request of(const http::request& rq);

    std::int64_t offset() const noexcept { return (page - 1) * size; }
    pagination answer(std::int64_t total) const noexcept;
};

// A query parameter that is searched for, as a pattern for ILIKE … ESCAPE '\': "50%" finds "50% off" only. "%" when
// nothing is searched.
struct search {
    std::string pattern = "%";

    static search of(const http::request& rq, std::string_view parameter);
};

// Of a list's sortBy.
enum class sort_direction : unsigned char { asc, desc };
LIGHTDASH_DESCRIBE_ENUM(sort_direction, asc, desc)

// A query parameter that clients send and that says nothing to this version, because what it chooses among does not
// exist yet: groups, spaces.
struct ignored {};

// A list that is an array, or {data, pagination} when a page was asked for. An array that was cut off says so in a
// Warning header.
template <class T>
struct list {
    std::vector<T> rows;
    std::int64_t total; // of all pages
    page_request asked;
};
// A list that is always {data, pagination?}.
template <class T>
struct page {
    std::vector<T> rows;
    std::int64_t total;
    page_request asked;
};

} // namespace lightdash::api
