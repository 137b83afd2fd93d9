// JSON Schema (2020-12, as OpenAPI 3.1 takes it) of what the API takes and tells, from the types' descriptions.
#pragma once

#include "lightdash/api/schema_for.hpp"
#include "lightdash/api/type_name.hpp"
#include "lightdash/core/strong_id.hpp"
#include "lightdash/json/read.hpp"
#include "lightdash/json/traits.hpp"
#include "lightdash/json/write.hpp"
#include "lightdash/pg/types.hpp"

#include <cstddef>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

namespace lightdash::api {

template <>
inline constexpr std::string_view schema_for<pg::timestamp> = R"({"type":"string","format":"date-time"})";
template <>
inline constexpr std::string_view schema_for<pg::json_text> = "{}";

// Whether a client sends a value or gets it: what may be absent differs.
enum class direction : unsigned char { taken, told };

// The structs that were met, each described once: `#/components/schemas/NAME`.
class schemas {
public:
    // Appends a reference. `type`: the C++ name; the struct is described by `describe` when it is met first.
    void refer(std::string& out, std::string_view type, direction way,
               void (*describe)(std::string&, schemas&, direction));
    // The same for one of the forms that a struct has, which is given as it is.
    void refer_to_form(std::string& out, std::string_view type, std::string_view form, direction way,
                       std::string schema);
    const std::map<std::string, std::string>& components() const noexcept { return components_; }

private:
    const std::string& name_of(const std::string& type, direction way);

    std::map<std::string, std::string> components_; // name → schema
    std::map<std::pair<std::string, direction>, std::string> names_;
};

using schema_writer = void (*)(std::string& out, schemas& known, direction way);

template <class T>
void write_schema(std::string& out, schemas& known, direction way);

namespace detail {

// A member that is one of several structs, and the name of the member beside it that tells which.
struct choice {
    std::string_view told_by;
    std::span<const std::string_view> names;
    std::span<const schema_writer> alternatives;
};
struct member_schema {
    std::string_view name; // camelCase
    bool may_be_unsent;
    bool may_be_untold;
    schema_writer write;
    const choice* one_of = nullptr;
};
// With a member that is a choice: one object for each alternative, and what tells them apart.
void write_struct(std::string& out, schemas& known, direction way, std::string_view type,
                  std::span<const member_schema> members, bool closed);
void write_nullable(std::string& out, schemas& known, direction way, schema_writer content);
void write_array(std::string& out, schemas& known, direction way, schema_writer element, std::size_t most);
void write_map(std::string& out, schemas& known, direction way, schema_writer content);
void write_choice(std::string& out, std::span<const std::string_view> names);
void write_integer(std::string& out, std::int64_t lowest, std::uint64_t highest);
void write_any_of(std::string& out, schemas& known, direction way, std::span<const schema_writer> alternatives);

template <class T>
concept told_apart = requires {
    typename T::tag_type;
    { T::discriminator } -> std::convertible_to<std::string_view>;
};
template <class... T>
constexpr std::array<schema_writer, sizeof...(T)> alternatives_of(const std::variant<T...>*)
{
    return {&write_schema<T>...};
}
template <told_apart T>
struct choice_of {
    static constexpr auto alternatives = alternatives_of(static_cast<const T*>(nullptr));
    static constexpr choice made{T::discriminator, json::detail::enumerators<typename T::tag_type>::names,
                                 alternatives};
};
template <class T>
constexpr const choice* choice_for()
{
    if constexpr (told_apart<T>)
        return &choice_of<T>::made;
    else
        return nullptr;
}

template <class T, class List>
struct schema_table;
template <class T, template <class...> class List, class... Members>
struct schema_table<T, List<Members...>> {
    template <class Member>
    using type = std::remove_cvref_t<decltype(std::declval<T&>().*Member::pointer)>;
    template <class M>
    static constexpr bool unsent = json::detail::is_one_of<M, std::optional, json::omittable, json::omittable_or_null,
                                                           json::patch, json::or_default, json::read_only>;
    template <class M>
    static constexpr bool untold =
        json::detail::is_one_of<M, json::omittable, json::omittable_or_null, json::patch, json::read_only>;

    static constexpr std::array<member_schema, sizeof...(Members)> entries{
        member_schema{json::detail::member_key<Members>::name, unsent<type<Members>>, untold<type<Members>>,
                      &write_schema<type<Members>>, choice_for<type<Members>>()}...};
};

template <class T>
void write_struct(std::string& out, schemas& known, direction way)
{
    const bool closed = way == direction::taken && json::detail::unknown_of<T>() == json::unknown_members::refuse;
    write_struct(out, known, way, type_name<T>(), schema_table<T, members_of<T>>::entries, closed);
}

template <class T>
constexpr bool has_own_form = json::detail::has_read_json<T> || json::detail::has_write_json<T>;

template <class T>
inline constexpr bool is_variant = false;
template <class... T>
inline constexpr bool is_variant<std::variant<T...>> = true;

template <class... T>
void write_variant(std::string& out, schemas& known, direction way, const std::variant<T...>*)
{
    constexpr auto alternatives = alternatives_of(static_cast<const std::variant<T...>*>(nullptr));
    write_any_of(out, known, way, alternatives);
}

template <class T>
void write_read_only(std::string& out, schemas& known, direction way, const json::read_only<T>*)
{
    write_nullable(out, known, way, &write_schema<T>);
}

} // namespace detail

// Appends the schema of T.
template <class T>
void write_schema(std::string& out, schemas& known, direction way)
{
    using namespace json::detail;
    if constexpr (!schema_for<T>.empty())
        out += schema_for<T>;
    else if constexpr (requires { T::write_schema(out, known, way); })
        T::write_schema(out, known, way);
    else if constexpr (requires { typename T::json_type; }) // it says whose form its JSON has
        write_schema<typename T::json_type>(out, known, way);
    else if constexpr (detail::has_own_form<T>)
        static_assert(always_false<T>, "its JSON is its own: give it a json_schema beside its read_json");
    else if constexpr (std::is_same_v<T, bool>)
        out += R"({"type":"boolean"})";
    else if constexpr (std::is_floating_point_v<T>)
        out += R"({"type":"number"})";
    else if constexpr (is_number<T>)
        detail::write_integer(out, static_cast<std::int64_t>(std::numeric_limits<T>::min()),
                              static_cast<std::uint64_t>(std::numeric_limits<T>::max()));
    else if constexpr (described_enum<T>)
        detail::write_choice(out, enumerators<T>::names);
    else if constexpr (std::is_convertible_v<const T&, std::string_view>)
        out += R"({"type":"string"})";
    else if constexpr (std::is_same_v<T, uuid> || is_a<T, strong_id>)
        out += R"({"type":"string","format":"uuid"})";
    else if constexpr (std::is_same_v<T, std::chrono::sys_days>)
        out += R"({"type":"string","format":"date"})";
    else if constexpr (is_sys_time<T>)
        out += R"({"type":"string","format":"date-time"})";
    else if constexpr (std::is_same_v<T, json::raw>)
        out += "{}";
    else if constexpr (is_a<T, json::patch>)
        detail::write_nullable(out, known, way, &write_schema<typename decltype(T::value)::value_type>);
    else if constexpr (is_a<T, json::omittable>)
        write_schema<typename T::value_type>(out, known, way);
    else if constexpr (is_a<T, json::omittable_or_null>)
        detail::write_nullable(out, known, way, &write_schema<typename T::value_type>);
    else if constexpr (is_a<T, json::read_only>)
        detail::write_read_only(out, known, way, static_cast<const T*>(nullptr));
    else if constexpr (is_a<T, std::optional>)
        detail::write_nullable(out, known, way, &write_schema<typename T::value_type>);
    else if constexpr (described_struct<T>)
        known.refer(out, detail::type_name<T>(), way, &detail::write_struct<T>);
    else if constexpr (detail::is_variant<T> || detail::told_apart<T>)
        detail::write_variant(out, known, way, static_cast<const T*>(nullptr));
    else if constexpr (map_like<T>)
        detail::write_map(out, known, way, &write_schema<typename T::mapped_type>);
    else if constexpr (range_like<T>)
        detail::write_array(out, known, way, &write_schema<typename T::value_type>, json::detail::most_of<T>());
    else
        static_assert(always_false<T>, "describe this type (LIGHTDASH_DESCRIBE) or give it a json_schema");
}

} // namespace lightdash::api
