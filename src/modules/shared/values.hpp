// PostgreSQL's values in the API's JSON: found by the JSON writer through the types' own namespace.
#pragma once

#include "lightdash/json/json.hpp"
#include "lightdash/pg/types.hpp"
#include "modules/shared/stored_json.hpp"

#include <string>

namespace lightdash::pg {

inline void write_json(std::string& out, const timestamp& value)
{
    json::write(out, value.utc);
}
inline void write_json(std::string& out, const json_text& value)
{
    append_as_written(out, value.text);
}

} // namespace lightdash::pg
