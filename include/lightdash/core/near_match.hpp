// "Did you mean …?" for names that nobody knows.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash {

// How many letters must be inserted, dropped, replaced or swapped with their neighbour to make one of the other; letter
// case does not count.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The known names that `wrong` was probably meant to be, nearest first, at most `most`. The views point into `known`.
std::vector<std::string_view> near_matches(std::string_view wrong, std::span<const std::string_view> known,
                                           std::size_t most = 3);

// "; did you mean PORT or HOST?", or "" when nothing is near: ready to be put behind a message.
std::string did_you_mean(std::string_view wrong, std::span<const std::string_view> known);

} // namespace lightdash
