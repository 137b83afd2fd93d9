// The query string as a described struct. Parameters that the struct does not have are refused: what is ignored looks
// as if it were done.
#pragma once

#include "lightdash/api/paging.hpp"
#include "lightdash/core/strong_id.hpp"
#include "lightdash/json/traits.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace lightdash::api {

// A handler takes `const query<T>&`. Members may be page_request (the parameters page and pageSize), search, ignored,
// std::optional of std::string, bool, or an id, and std::vector<std::string> (a parameter that may be repeated).
template <described_struct T>
struct query : T {};

template <class T>
inline constexpr bool is_query = false;
template <class T>
inline constexpr bool is_query<query<T>> = true;

namespace detail {

std::optional<uuid> query_uuid(const http::request& rq, std::string_view name); // throws invalid_parameter

template <class T>
T query_member(const http::request& rq, std::string_view name)
{
    if constexpr (std::is_same_v<T, page_request>)
        return page_request::of(rq);
    else if constexpr (std::is_same_v<T, search>)
        return search::of(rq, name);
    else if constexpr (std::is_same_v<T, ignored>)
        return {};
    else if constexpr (std::is_same_v<T, std::optional<std::string>>)
        return rq.query_text(name);
    else if constexpr (std::is_same_v<T, std::optional<bool>>)
        return rq.query_flag(name);
    else if constexpr (std::is_same_v<T, std::vector<std::string>>)
        return rq.query_all(name);
    else if constexpr (requires { json::detail::is_strong_id<typename T::value_type>; }) {
        const auto id = query_uuid(rq, name);
        return id ? T{typename T::value_type{*id}} : T{};
    } else
        static_assert(json::detail::always_false<T>, "no query parameter is read as this type: see api/query.hpp");
}

constexpr std::string_view page_schema = R"({"type":"integer","minimum":1,"maximum":1000000000})";
constexpr std::string_view page_size_schema = R"({"type":"integer","minimum":1,"maximum":1000})";
static_assert(page_request::last_page == 1'000'000'000 && page_request::largest_page == 1000, "as the schemas say");

template <class T>
constexpr std::string_view query_schema()
{
    if constexpr (std::is_same_v<T, std::optional<bool>>)
        return R"({"type":"boolean"})";
    else if constexpr (std::is_same_v<T, std::vector<std::string>>)
        return R"({"type":"array","items":{"type":"string"}})";
    else if constexpr (std::is_same_v<T, search> || std::is_same_v<T, ignored> ||
                       std::is_same_v<T, std::optional<std::string>>)
        return R"({"type":"string"})";
    else
        return R"({"type":"string","format":"uuid"})";
}

template <class T, class Member>
using member_type = std::remove_cvref_t<decltype(std::declval<T&>().*Member::pointer)>;

template <class T, class Members>
struct query_table;
template <class T, template <class...> class List, class... Members>
struct query_table<T, List<Members...>> {
    static constexpr std::size_t pages = (std::size_t{0} + ... + std::is_same_v<member_type<T, Members>, page_request>);
    using texts = std::array<std::string_view, sizeof...(Members) + pages>;
    static constexpr texts names = [] {
        texts made{};
        std::size_t at = 0;
        const auto add = [&]<class Member>(Member) {
            if constexpr (std::is_same_v<member_type<T, Member>, page_request>) {
                made[at++] = "page";
                made[at++] = "pageSize";
            } else {
                made[at++] = json::detail::member_key<Member>::name;
            }
        };
        (add(Members{}), ...);
        return made;
    }();
    static constexpr texts schemas = [] {
        texts made{};
        std::size_t at = 0;
        const auto add = [&]<class Member>(Member) {
            if constexpr (std::is_same_v<member_type<T, Member>, page_request>) {
                made[at++] = page_schema;
                made[at++] = page_size_schema;
            } else {
                made[at++] = query_schema<member_type<T, Member>>();
            }
        };
        (add(Members{}), ...);
        return made;
    }();
};

} // namespace detail

// The names of the parameters, as they are sent.
template <class T>
inline constexpr const auto& query_names = detail::query_table<T, members_of<T>>::names;
// Their schemas, in the same order.
template <class T>
inline constexpr const auto& query_schemas = detail::query_table<T, members_of<T>>::schemas;

// Throws invalid_body or invalid_parameter naming the parameter that does not fit.
template <class T>
query<T> read_query(const http::request& rq)
{
    query<T> made{};
    boost::mp11::mp_for_each<members_of<T>>([&]<class Member>(Member) {
        made.*Member::pointer =
            detail::query_member<detail::member_type<T, Member>>(rq, json::detail::member_key<Member>::name);
    });
    return made;
}

} // namespace lightdash::api
