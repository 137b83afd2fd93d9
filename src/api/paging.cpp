#include "lightdash/api/paging.hpp"

#include "lightdash/api/answer.hpp"

#include <fmt/format.h>

namespace lightdash::api {

page_request page_request::of(const http::request& rq)
{
    const auto page = rq.query_integer("page", 1, last_page);
    const auto size = rq.query_integer("pageSize", 1, largest_page);
    if (!page && !size)
        return {};
    return {.paged = true, .page = page.value_or(1), .size = size.value_or(usual_page)};
}

pagination page_request::answer(std::int64_t total) const noexcept
{
    return {page, size, (total + size - 1) / size, total};
}

search search::of(const http::request& rq, std::string_view parameter)
{
    const auto wanted = rq.query_text(parameter);
    if (!wanted || wanted->empty())
        return {};
    search made;
    for (const char c : *wanted) {
        if (c == '%' || c == '_' || c == '\\')
            made.pattern += '\\';
        made.pattern += c;
    }
    made.pattern += '%';
    return made;
}

namespace detail {

void append_pagination(std::string& out, const page_request& page, std::int64_t total)
{
    out += R"(,"pagination":)";
    json::write(out, page.answer(total));
}

void warn_if_cut(http::response& answer, std::size_t rows, std::int64_t total)
{
    if (static_cast<std::int64_t>(rows) < total)
        answer.headers.emplace_back(
            "Warning", fmt::format("299 - \"The first {} of {} results: ask with page and pageSize\"", rows, total));
}

} // namespace detail
} // namespace lightdash::api
