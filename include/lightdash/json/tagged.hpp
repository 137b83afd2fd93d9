// One of several described structs, of which a member beside it tells which one:
//     {"type": "markdown", "properties": {"title": "Hello", "content": "# Hi"}}
#pragma once

#include "lightdash/core/describe.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <variant>

namespace lightdash::json {

// The name of a member, as a template's argument: "type".
template <std::size_t Size>
struct member_name {
    char text[Size]{};
    consteval member_name(const char (&name)[Size]) { std::copy_n(name, Size, text); } // NOLINT(*-explicit-*)
    constexpr std::string_view view() const noexcept { return {text, Size - 1}; }
};

// The enumerators of Tag name the alternatives, in their order. `Discriminator` is the JSON name of the member that
// holds the tag, in the object that this is a member of: whatever is wrong with it is that member's fault. Members of
// another alternative are ignored when read: who changes the type of a thing leaves them there.
template <described_enum Tag, member_name Discriminator, class... Alternatives>
struct tagged : std::variant<Alternatives...> {
    using std::variant<Alternatives...>::variant;
    using tag_type = Tag;
    static constexpr std::string_view discriminator = Discriminator.view();

    static_assert(boost::mp11::mp_size<boost::describe::describe_enumerators<Tag>>::value == sizeof...(Alternatives),
                  "a tagged variant has one alternative for each enumerator of its tag");
};

namespace detail {

template <class T>
inline constexpr bool is_tagged = false;
template <class Tag, member_name Discriminator, class... Alternatives>
inline constexpr bool is_tagged<tagged<Tag, Discriminator, Alternatives...>> = true;

} // namespace detail
} // namespace lightdash::json
