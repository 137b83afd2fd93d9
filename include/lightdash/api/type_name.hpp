// Names of types, as the compiler writes them: for path parameters and for the schemas of the API's description.
#pragma once

#include <string_view>

namespace lightdash::api::detail {

// "lightdash::project_tag"
template <class T>
consteval std::string_view type_name()
{
    const std::string_view text = __PRETTY_FUNCTION__; // "… type_name() [T = lightdash::project_tag]"
    const std::string_view before = "T = ";
    const auto first = text.find(before) + before.size();
    return text.substr(first, text.find_last_of(']') - first);
}

// Behind the last "::", and without a "_tag" at its end.
template <class Tag>
consteval std::string_view tag_name()
{
    auto name = type_name<Tag>();
    if (const auto colons = name.rfind("::"); colons != std::string_view::npos)
        name.remove_prefix(colons + 2);
    if (name.ends_with("_tag"))
        name.remove_suffix(4);
    return name;
}

} // namespace lightdash::api::detail
