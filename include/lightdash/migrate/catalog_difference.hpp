// What one catalog has and another has not, a sentence each.
#pragma once

#include "lightdash/core/describe.hpp"
#include "lightdash/migrate/catalog.hpp"

#include <string>
#include <vector>

namespace lightdash::migrate {

enum class difference_kind : unsigned char {
    missing,
    unexpected,
    changed,
    column_order, // the same columns in another order: what a dropped and added column leaves, and nobody can undo
};
LIGHTDASH_DESCRIBE_ENUM(difference_kind, missing, unexpected, changed, column_order)

struct catalog_difference {
    difference_kind kind;
    std::string sentence; // "column email of public.users is missing: text not null"
};
LIGHTDASH_DESCRIBE(catalog_difference, kind, sentence)

// In the order of the catalog's text. The parts of an object that is missing or unexpected as a whole are not listed.
std::vector<catalog_difference> compare(const catalog& expected, const catalog& actual);

} // namespace lightdash::migrate
