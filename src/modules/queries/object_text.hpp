// A JSON object with a member for each thing of a list, in its order.
#pragma once

#include "lightdash/json/json.hpp"

#include <functional>
#include <string>
#include <vector>

namespace lightdash::queries {

// `name`: which of its members is the key; `told`: what the value is made of.
template <class Thing, class Told = std::identity>
std::string object_of(const std::vector<Thing>& things, std::string Thing::* name, Told told = {})
{
    std::string made = "{";
    for (const auto& each : things) {
        if (made.size() > 1)
            made += ',';
        json::write(made, each.*name);
        made += ':';
        json::write(made, told(each));
    }
    return made + '}';
}

} // namespace lightdash::queries
