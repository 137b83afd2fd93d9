// What a handler returns, as it stands on the wire.
#pragma once

#include "lightdash/api/paging.hpp"
#include "lightdash/http/response.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace lightdash::api {

// What was made: 201, with the path where it is (RFC 9110 15.3.2).
template <class T>
struct created {
    T made;
    std::string location;
};

namespace detail {

void append_pagination(std::string& out, const page_request& page, std::int64_t total);
void warn_if_cut(http::response& answer, std::size_t rows, std::int64_t total);

} // namespace detail

template <class T>
http::response answer_of(const T& results)
{
    return http::ok(results);
}

template <class T>
http::response answer_of(created<T>&& results)
{
    return http::created(results.made, std::move(results.location));
}

template <class T>
http::response answer_of(const page<T>& results)
{
    http::response answer{.body = R"({"status":"ok","results":{"data":)"};
    json::write(answer.body, results.rows);
    if (results.asked.paged)
        detail::append_pagination(answer.body, results.asked, results.total);
    else
        detail::warn_if_cut(answer, results.rows.size(), results.total);
    answer.body += "}}";
    return answer;
}

template <class T>
http::response answer_of(list<T>&& results)
{
    if (results.asked.paged)
        return answer_of(page<T>{std::move(results.rows), results.total, results.asked});
    auto answer = http::ok(results.rows);
    detail::warn_if_cut(answer, results.rows.size(), results.total);
    return answer;
}

} // namespace lightdash::api
