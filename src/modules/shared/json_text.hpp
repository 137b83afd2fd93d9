// What the API takes as JSON, as the json or jsonb parameter of a statement.
#pragma once

#include "lightdash/json/json.hpp"
#include "lightdash/json/types.hpp"
#include "lightdash/pg/types.hpp"

#include <optional>

namespace lightdash {

template <class T>
pg::json_text as_json(const T& part)
{
    pg::json_text made;
    json::write(made.text, part);
    return made;
}

template <class T>
std::optional<pg::json_text> as_json(const std::optional<T>& part)
{
    if (!part)
        return std::nullopt;
    return as_json(*part);
}

template <class T>
std::optional<pg::json_text> as_json(const json::omittable<T>& part)
{
    if (!part)
        return std::nullopt;
    return as_json(*part);
}

} // namespace lightdash
