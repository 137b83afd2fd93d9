// The query string as a described struct. Parameters that the struct does not have are refused: what is ignored looks
// as if it were done.
#pragma once

#include "lightdash/api/paging.hpp"
#include "lightdash/core/strong_id.hpp"
#include "lightdash/json/traits.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace lightdash::api {

// A handler takes `const query<T>&`. Members may be page_request (the parameters page and pageSize), search, ignored,
// std::optional of std::string, bool, a described enum or an id, and std::vector of std::string, a described enum or an
// id (a parameter that may be repeated).
template <described_struct T>
struct query : T {};

template <class T>
inline constexpr bool is_query = false;
template <class T>
inline constexpr bool is_query<query<T>> = true;

namespace detail {

uuid query_uuid(std::string_view text, std::string_view name); // throws invalid_parameter
// Which of the choices the text of the parameter `name` is; throws invalid_body.
std::size_t query_choice(std::string_view text, std::string_view name, std::span<const std::string_view> choices);

template <class T>
concept optional_enum = json::detail::is_a<T, std::optional> && described_enum<typename T::value_type>;

template <class T>
inline constexpr bool is_repeated = false;
template <class T>
inline constexpr bool is_repeated<std::vector<T>> = true;

template <class T>
concept repeated_enum = is_repeated<T> && described_enum<typename T::value_type>;

// {"type":"string","enum":["asc","desc"]}, or of each element of an array.
template <described_enum Enum, bool Repeated>
struct choice_schema {
    static constexpr std::string_view head = Repeated ? R"({"type":"array","items":{"type":"string","enum":[)"
                                                      : R"({"type":"string","enum":[)",
                                      tail = Repeated ? "]}}" : "]}";
    static constexpr const auto& names = json::detail::enumerators<Enum>::names;
    static constexpr std::size_t size = [] {
        std::size_t all = head.size() + tail.size() + names.size() - 1;
        for (const auto name : names)
            all += name.size() + 2;
        return all;
    }();
    static constexpr std::array<char, size> text = [] {
        std::array<char, size> made{};
        auto at = made.begin();
        const auto append = [&at](std::string_view piece) { at = std::ranges::copy(piece, at).out; };
        append(head);
        for (std::size_t i = 0; i < names.size(); ++i) {
            append(i == 0 ? "\"" : ",\"");
            append(names[i]);
            append("\"");
        }
        append(tail);
        return made;
    }();
    static constexpr std::string_view view{text.data(), size};
};

template <class T>
T query_value(std::string_view text, std::string_view name)
{
    if constexpr (described_enum<T>) {
        using choices = json::detail::enumerators<T>;
        return choices::values[query_choice(text, name, choices::names)];
    } else if constexpr (json::detail::is_a<T, strong_id>) {
        return T{query_uuid(text, name)};
    } else {
        static_assert(json::detail::always_false<T>, "no query parameter is read as this type: see api/query.hpp");
    }
}

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
    else if constexpr (is_repeated<T>) {
        T made;
        for (const auto& text : rq.query_all(name))
            made.push_back(query_value<typename T::value_type>(text, name));
        return made;
    } else {
        const auto text = rq.query_text(name);
        return text ? T{query_value<typename T::value_type>(*text, name)} : T{};
    }
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
    else if constexpr (repeated_enum<T>)
        return choice_schema<typename T::value_type, true>::view;
    else if constexpr (is_repeated<T>)
        return R"({"type":"array","items":{"type":"string","format":"uuid"}})";
    else if constexpr (optional_enum<T>)
        return choice_schema<typename T::value_type, false>::view;
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
