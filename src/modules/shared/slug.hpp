// Names in URLs: "Sales & Orders" is "sales-orders".
#pragma once

#include "lightdash/core/describe.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace lightdash {

// Lower-case ASCII letters, digits and single dashes, at most 200 characters; Latin letters lose their marks
// ("Übersicht" is "ubersicht"). When nothing is left it is "untitled-1a2b3c4d", another one each time, so that names in
// other scripts do not share one slug. Never shaped like a UUID, which would be taken for an id.
std::string slug_of(std::string_view name);
// "name-1a2b3c4d": for when the plain slug is taken.
std::string slug_with_suffix(std::string_view slug);

// What free_slug() chooses between.
struct slug_choice {
    std::string slug, other_slug;

    // Of what was wished for, or of the name.
    slug_choice(const std::optional<std::string>& wished, std::string_view name);
};
LIGHTDASH_DESCRIBE(slug_choice, slug, other_slug)

} // namespace lightdash
