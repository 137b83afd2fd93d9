// Reads a parsed document into described structs and collects every fault on the way.
#pragma once

#include "lightdash/json/traits.hpp"
#include "lightdash/json/types.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace lightdash::json {

enum class node_kind : unsigned char { null, boolean, integer, real, text, array, object };

// One value of a document: what it is, where it is, and where its faults go. Every read_… leaves `into` alone, reports
// a fault and returns false when the value does not fit. Lives no longer than its document, its faults and the reader
// it came from.
class reader {
public:
    reader(const value& body, faults& found) noexcept;

    node_kind kind() const noexcept;
    bool is_null() const noexcept { return kind() == node_kind::null; }
    std::size_t children() const noexcept; // elements of an array, members of an object; else 0
    // A string's characters, or a number's as they were sent; "" for anything else.
    std::string_view text() const noexcept;
    // RFC 6901; "" for the whole body.
    std::string pointer() const;
    // `message`: one sentence for the person who sent it.
    void fault(std::string message) const;
    // "Must be a UUID, not a number."
    void expected(std::string_view what) const;
    bool faults_full() const noexcept { return faults_->full(); }
    // For rules about this object: faults added are named from here.
    faults& rules() const;

    bool read_bool(bool& into) const;
    bool read_signed(std::int64_t& into, std::int64_t lowest, std::int64_t highest) const; // 5.0 is 5
    bool read_unsigned(std::uint64_t& into, std::uint64_t highest) const;
    bool read_double(double& into, double largest) const; // the largest magnitude
    bool read_text(std::string& into) const;
    bool read_uuid(uuid& into) const;
    bool read_time(std::chrono::sys_time<std::chrono::microseconds>& into) const; // ISO-8601 with Z or an offset
    bool read_date(std::chrono::sys_days& into) const;
    bool read_raw(raw& into, std::size_t most = longest_raw) const; // at most so many bytes
    bool read_choice(std::size_t& into, std::span<const std::string_view> names) const;

    // The other member of that name of the object that this is a member of; none when there is no such member.
    std::optional<reader> sibling(std::string_view name) const noexcept;

    // Reports a fault when there are more than `most` children.
    bool at_most(std::size_t most) const;

    // Calls visit(reader) for each element of an array, visit(name, reader) for each member of an object. Ends early
    // once as many faults were found as are told.
    template <class Visit>
    bool each_element(Visit&& visit) const
    {
        if (!must_be(node_kind::array, "an array"))
            return false;
        for (reader child = first_child(); child.at_ != child.end_ && !faults_full(); child.advance())
            visit(child);
        return true;
    }
    template <class Visit>
    bool each_member(Visit&& visit) const
    {
        if (!must_be(node_kind::object, "an object"))
            return false;
        for (reader child = first_child(); child.at_ != child.end_ && !faults_full(); child.advance())
            visit(child.member_, child);
        return true;
    }

private:
    reader(const reader& parent, std::uint32_t at, std::uint32_t end) noexcept;
    bool must_be(node_kind wanted, std::string_view what) const;
    bool out_of_range(std::string_view lowest, std::string_view highest) const;
    reader first_child() const noexcept;
    void advance() noexcept;
    void enter() noexcept; // at_ is a member's name: takes it and moves on to the member's value

    const document* document_;
    faults* faults_;
    const reader* parent_ = nullptr;
    std::uint32_t at_ = 0;  // index of the node
    std::uint32_t end_ = 1; // behind the last sibling
    std::uint32_t position_ = 0;
    std::string_view member_; // of the parent object
};

template <class T>
bool read(const reader& at, T& into);

namespace detail {

struct member_entry {
    std::string_view name; // camelCase
    bool required;
    bool (*read)(const reader& at, void* object);
};

// True when every member fitted and none was missing or unknown. `others` are known, and ignored.
bool read_members(const reader& at, void* object, std::span<const member_entry> members, unknown_members unknown,
                  std::span<const std::string_view> others = {});

template <class T>
concept has_read_json = requires(const reader& at, T& into) {
    { read_json(at, into) } -> std::same_as<bool>;
};
template <class T>
concept has_validate = requires(const T& object, faults& found) { object.validate(found); };

template <class T>
constexpr unknown_members unknown_of() noexcept
{
    if constexpr (requires { T::unknown_members; })
        return T::unknown_members;
    else
        return unknown_members::refuse;
}

template <class T, class Member>
bool read_member(const reader& at, void* object)
{
    return read(at, static_cast<T*>(object)->*Member::pointer);
}

template <class T, class List>
struct member_table;
template <class T, template <class...> class List, class... Members>
struct member_table<T, List<Members...>> {
    template <class Member>
    using type = std::remove_cvref_t<decltype(std::declval<T&>().*Member::pointer)>;
    template <class M>
    static constexpr bool required =
        !is_one_of<M, std::optional, omittable, omittable_or_null, patch, or_default, read_only>;

    static constexpr std::array<member_entry, sizeof...(Members)> entries{
        member_entry{member_key<Members>::name, required<type<Members>>, &read_member<T, Members>}...};
};

template <class T>
bool read_struct(const reader& at, T& into, std::span<const std::string_view> others = {})
{
    bool fits = read_members(at, &into, member_table<T, members_of<T>>::entries, unknown_of<T>(), others);
    if constexpr (has_validate<T>) {
        if (fits) {
            faults& found = at.rules();
            const std::size_t before = found.found().size();
            into.validate(found);
            fits = found.found().size() == before;
        }
    }
    return fits;
}

template <class T>
constexpr std::size_t most_of() noexcept
{
    if constexpr (requires { T::most; })
        return T::most;
    else
        return most_elements;
}

template <class T>
bool read_elements(const reader& at, T& into)
{
    if (!at.at_most(most_of<T>()))
        return false;
    bool fits = true;
    into.clear();
    return at.each_element([&](const reader& element) {
        typename T::value_type made{};
        fits &= read(element, made);
        into.push_back(std::move(made));
    }) && fits;
}

template <class T>
bool read_entries(const reader& at, T& into)
{
    if (!at.at_most(most_elements))
        return false;
    bool fits = true;
    into.clear();
    return at.each_member([&](std::string_view name, const reader& member) {
        fits &= read(member, into[std::string{name}]);
    }) && fits;
}

template <class T>
bool read_number(const reader& at, T& into)
{
    using limits = std::numeric_limits<T>;
    std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t> wide = 0;
    bool fits = false;
    if constexpr (std::is_signed_v<T>)
        fits = at.read_signed(wide, limits::min(), limits::max());
    else
        fits = at.read_unsigned(wide, limits::max());
    if (fits)
        into = static_cast<T>(wide);
    return fits;
}

template <class Enum>
bool read_enumerator(const reader& at, Enum& into)
{
    std::size_t index = 0;
    if (!at.read_choice(index, enumerators<Enum>::names))
        return false;
    into = enumerators<Enum>::values[index];
    return true;
}

template <class T>
bool read_time_as(const reader& at, T& into)
{
    std::chrono::sys_time<std::chrono::microseconds> when;
    if (!at.read_time(when))
        return false;
    into = std::chrono::floor<typename T::duration>(when);
    return true;
}

template <class T>
bool read_floating(const reader& at, T& into)
{
    double wide = 0;
    if (!at.read_double(wide, static_cast<double>(std::numeric_limits<T>::max())))
        return false;
    into = static_cast<T>(wide);
    return true;
}

template <class T>
bool read_optional(const reader& at, T& into)
{
    if (at.is_null()) {
        into.reset();
        return true;
    }
    return read(at, into.emplace());
}

template <class T>
bool read_forgotten(const reader& at, read_only<T>&)
{
    std::optional<T> forgotten;
    return read_optional(at, forgotten);
}

template <class T>
struct alternatives_of;
template <class Tag, member_name Discriminator, class... Alternatives>
struct alternatives_of<tagged<Tag, Discriminator, Alternatives...>> {
    using variant = tagged<Tag, Discriminator, Alternatives...>;

    // Of all alternatives.
    static constexpr auto member_names = [] {
        std::array<std::string_view, (member_count<Alternatives> + ...)> made{};
        std::size_t i = 0;
        (boost::mp11::mp_for_each<members_of<Alternatives>>(
             [&](auto member) { made[i++] = member_key<decltype(member)>::name; }),
         ...);
        return made;
    }();

    template <class Alternative>
    static bool read_into(const reader& at, variant& into)
    {
        return read_struct(at, into.template emplace<Alternative>(), member_names);
    }
    static constexpr std::array<bool (*)(const reader&, variant&), sizeof...(Alternatives)> readers{
        &read_into<Alternatives>...};
};

template <class T>
bool read_tagged(const reader& at, T& into)
{
    const auto tag = at.sibling(T::discriminator);
    const auto& names = enumerators<typename T::tag_type>::names;
    const auto found = tag && tag->kind() == node_kind::text ? std::ranges::find(names, tag->text()) : names.end();
    return found != names.end() &&
           alternatives_of<T>::readers[static_cast<std::size_t>(found - names.begin())](at, into);
}

} // namespace detail

// Reads what is at `at`; false when a fault was reported.
template <class T>
bool read(const reader& at, T& into)
{
    if constexpr (detail::has_read_json<T>)
        return read_json(at, into);
    else if constexpr (std::is_same_v<T, bool>)
        return at.read_bool(into);
    else if constexpr (std::is_floating_point_v<T>)
        return detail::read_floating(at, into);
    else if constexpr (detail::is_number<T>)
        return detail::read_number(at, into);
    else if constexpr (described_enum<T>)
        return detail::read_enumerator(at, into);
    else if constexpr (std::is_same_v<T, std::string>)
        return at.read_text(into);
    else if constexpr (std::is_same_v<T, uuid>)
        return at.read_uuid(into);
    else if constexpr (detail::is_a<T, strong_id>)
        return at.read_uuid(into.value);
    else if constexpr (std::is_same_v<T, std::chrono::sys_days>)
        return at.read_date(into);
    else if constexpr (detail::is_sys_time<T>)
        return detail::read_time_as(at, into);
    else if constexpr (std::is_same_v<T, raw>)
        return at.read_raw(into);
    else if constexpr (detail::is_a<T, patch>) {
        into.present = true;
        return detail::read_optional(at, into.value);
    } else if constexpr (detail::is_a<T, omittable>)
        return read(at, into.emplace());
    else if constexpr (detail::is_a<T, omittable_or_null>)
        return detail::read_optional(at, into);
    else if constexpr (detail::is_a<T, read_only>)
        return detail::read_forgotten(at, into);
    else if constexpr (detail::is_tagged<T>)
        return detail::read_tagged(at, into);
    else if constexpr (detail::is_a<T, std::optional>)
        return detail::read_optional(at, into);
    else if constexpr (described_struct<T>)
        return detail::read_struct(at, into);
    else if constexpr (detail::map_like<T>)
        return detail::read_entries(at, into);
    else if constexpr (detail::range_like<T>)
        return detail::read_elements(at, into);
    else
        static_assert(detail::always_false<T>, "describe this type (LIGHTDASH_DESCRIBE) or give it a read_json");
}

// The whole body as a T. Members that are std::optional, omittable, patch, or_default or read_only may be absent; every
// other one is required. After a struct's members were read without a fault its `void validate(json::faults&) const`,
// if it has one, is asked. Throws invalid_body with every fault.
template <class T>
T read_body(const value& body)
{
    T made{};
    faults found;
    read(reader{body, found}, made);
    found.throw_if_any();
    return made;
}

// The same of JSON that this program has written itself; it must be valid.
template <class T>
T read_text(std::string_view text)
{
    return read_body<T>(*value::parse(text));
}

} // namespace lightdash::json
