#include "modules/explores/told.hpp"

#include "lightdash/api/schema.hpp"

#include <fmt/format.h>

#include <set>
#include <utility>

namespace lightdash::explores {

bool read_json(const json::reader& at, explore_list& into)
{
    if (!at.at_most(most_explores))
        return false;
    std::set<std::string> names;
    bool fits = true;
    const bool is_list = at.each_element([&](const json::reader& each) {
        explore one;
        fits &= json::read(each, one);
        if (!names.insert(one.name).second && !one.name.empty()) {
            each.rules().add("name", fmt::format("Another explore before it is named \"{}\", too.", one.name));
            fits = false;
        }
    });
    return is_list && fits && at.read_raw(into.explores, longest_explores);
}

void explore_list::write_schema(std::string& out, api::schemas&, api::direction)
{
    out += R"({"type":"array","maxItems":5000,"items":{"type":"object","required":["name"],"properties":)"
           R"({"name":{"type":"string"},"label":{"type":"string"}},"additionalProperties":true}})";
}

told_query::told_query(compiled_query made)
    : query(std::move(made.sql)), columns(std::move(made.columns)), warnings(std::move(made.warnings)),
      timezone(std::move(made.timezone))
{
    for (auto& each : made.parameters)
        parameters.push_back({each.type.name(), std::move(each.value)});
}

} // namespace lightdash::explores
