// What a handler returns, as it stands on the wire.
#pragma once

#include "lightdash/api/paging.hpp"
#include "lightdash/http/response.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lightdash::api {

// What was made: 201, with the path where it is (RFC 9110 15.3.2).
template <class T>
struct created {
    T made;
    std::string location;
};

// Fields beside the results: Set-Cookie. Names are literals.
using header_list = std::vector<std::pair<std::string_view, std::string>>;
template <class T>
struct with_headers {
    T results;
    header_list headers;
};
template <>
struct with_headers<void> {
    header_list headers;
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
http::response answer_of(with_headers<T>&& answered)
{
    auto answer = http::ok(answered.results);
    answer.headers = std::move(answered.headers);
    return answer;
}

inline http::response answer_of(with_headers<void>&& answered)
{
    auto answer = http::done();
    answer.headers = std::move(answered.headers);
    return answer;
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
