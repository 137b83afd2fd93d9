// The schema of a type whose JSON is its own.
#pragma once

#include <string_view>

namespace lightdash::api {

// JSON Schema as text, said by whoever wrote the type's read_json or write_json.
template <class T>
inline constexpr std::string_view schema_for{};

} // namespace lightdash::api
