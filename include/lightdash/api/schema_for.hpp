// The schema of a type whose JSON is its own.
#pragma once

#include <string_view>

namespace lightdash::api {

// JSON Schema as text, said by whoever wrote the type's read_json or write_json: as its member `json_schema`, or by a
// specialization where the type is not one's own.
template <class T>
inline constexpr std::string_view schema_for = [] {
    if constexpr (requires { T::json_schema; })
        return std::string_view{T::json_schema};
    else
        return std::string_view{};
}();

} // namespace lightdash::api
