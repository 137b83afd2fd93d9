// Names in URLs: "Sales & Orders" is "sales-orders".
#pragma once

#include <string>
#include <string_view>

namespace lightdash {

// Lower-case ASCII letters, digits and single dashes, at most 200 characters; Latin letters lose their marks
// ("Übersicht" is "ubersicht"). When nothing is left it is "untitled-1a2b3c4d", another one each time, so that names in
// other scripts do not share one slug. Never shaped like a UUID, which would be taken for an id.
std::string slug_of(std::string_view name);
// "name-1a2b3c4d": for when the plain slug is taken.
std::string slug_with_suffix(std::string_view slug);

} // namespace lightdash
