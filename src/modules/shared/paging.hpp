// Lists: page, pageSize, search and order as the API takes them (api.md 1.4).
#pragma once

#include "lightdash/http/request.hpp"
#include "lightdash/http/response.hpp"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash {

struct pagination {
    std::int64_t page;
    std::int64_t page_size;
    std::int64_t total_page_count;
    std::int64_t total_results;
};
LIGHTDASH_DESCRIBE(pagination, page, page_size, total_page_count, total_results)

// What of a list was asked for.
struct page_request {
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

// The query parameters of a list: the paging's, and those of its own. Lightdash's clients also send some that say
// nothing to this version, because what they choose among does not exist yet: groups, spaces.
std::vector<std::string_view> list_query(std::initializer_list<std::string_view> more);

// A search text as a pattern for ILIKE … ESCAPE '\': "50%" finds "50% off" only. "%" when nothing is searched.
std::string search_pattern(const http::request& rq, std::string_view parameter);

// A list that is an array, or {data, pagination} when a page was asked for. An array that was cut off says so in a
// Warning header.
template <class T>
http::response list_response(const std::vector<T>& rows, const page_request& page, std::int64_t total);
// A list that is always {data, pagination?}.
template <class T>
http::response paged_response(const std::vector<T>& rows, const page_request& page, std::int64_t total);

namespace detail {
void append_pagination(std::string& out, const page_request& page, std::int64_t total);
void warn_if_cut(http::response& answer, std::size_t rows, std::int64_t total);
} // namespace detail

template <class T>
http::response paged_response(const std::vector<T>& rows, const page_request& page, std::int64_t total)
{
    http::response answer{.body = R"({"status":"ok","results":{"data":)"};
    json::write(answer.body, rows);
    if (page.paged)
        detail::append_pagination(answer.body, page, total);
    else
        detail::warn_if_cut(answer, rows.size(), total);
    answer.body += "}}";
    return answer;
}

template <class T>
http::response list_response(const std::vector<T>& rows, const page_request& page, std::int64_t total)
{
    if (page.paged)
        return paged_response(rows, page, total);
    auto answer = http::ok(rows);
    detail::warn_if_cut(answer, rows.size(), total);
    return answer;
}

} // namespace lightdash
