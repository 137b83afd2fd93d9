// Members that are one jsonb column each: what the API takes as JSON is written straight into the statement's
// parameter, in the form that is kept.
#pragma once

#include "lightdash/json/json.hpp"
#include "lightdash/pg/codec.hpp"
#include "modules/shared/stored_json.hpp"

#include <string>
#include <utility>

namespace lightdash {

// A struct or list that is kept as JSON. It is read, written and described as T is.
template <class T>
struct jsonb : T {
    using json_type = T;
    jsonb() = default;
    jsonb(T value) : T(std::move(value)) {} // NOLINT(*-explicit-*)
};

template <class T>
bool read_json(const json::reader& at, jsonb<T>& into)
{
    return json::read(at, static_cast<T&>(into));
}
template <class T>
void write_json(std::string& out, const jsonb<T>& value)
{
    json::write(out, static_cast<const T&>(value));
}

namespace pg {

template <class T>
struct jsonb_parameter { // its text: PostgreSQL turns it into json where a json column takes it
    static constexpr oid type = oid::jsonb;
    static constexpr bool binary = false;
    static std::string cpp_name() { return "jsonb"; }
    static void encode(const T& value, std::string& out)
    {
        const auto begin = out.size();
        json::write(out, value);
        make_stored(out, begin);
    }
};
template <class T>
struct codec<jsonb<T>> : jsonb_parameter<jsonb<T>> {};
template <>
struct codec<json::raw> : jsonb_parameter<json::raw> {};

} // namespace pg
} // namespace lightdash
