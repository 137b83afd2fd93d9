// PostgreSQL's values in the API's JSON: found by the JSON writer through the types' own namespace.
#pragma once

#include "lightdash/json/json.hpp"
#include "lightdash/pg/types.hpp"

#include <optional>
#include <string>

namespace lightdash::pg {

inline void write_json(std::string& out, const timestamp& value)
{
    json::write(out, value.utc);
}
inline void write_json(std::string& out, const json_text& value)
{
    out += value.text;
}

} // namespace lightdash::pg

namespace lightdash {

// A member that may be absent, as a parameter: NULL when it is.
template <class T>
const std::optional<T>& or_null(const json::omittable<T>& value)
{
    return value;
}

} // namespace lightdash
