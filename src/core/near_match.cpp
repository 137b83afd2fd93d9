#include "lightdash/core/near_match.hpp"

#include <algorithm>
#include <utility>

namespace lightdash {
namespace {

constexpr char lower(char c) noexcept
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

} // namespace

std::size_t edit_distance(std::string_view a, std::string_view b)
{
    // Optimal string alignment: three rows of the table are enough to see a swap of neighbours.
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> above(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        above[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = above[j - 1] + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1);
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, replaced});
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]))
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
        before.swap(above);
        above.swap(row);
    }
    return above[b.size()];
}

std::vector<std::string_view> near_matches(std::string_view wrong, std::span<const std::string_view> known,
                                           std::size_t most)
{
    const std::size_t limit = std::clamp<std::size_t>(wrong.size() / 3, 1, 4);
    std::vector<std::pair<std::size_t, std::size_t>> found; // distance, index
    for (std::size_t i = 0; i < known.size(); ++i) {
        const std::size_t distance = edit_distance(wrong, known[i]);
        if (distance <= limit)
            found.emplace_back(distance, i);
    }
    std::ranges::sort(found);
    // What is clearly nearer than the rest is meant.
    std::erase_if(found,
                  [nearest = found.empty() ? 0 : found.front().first](const auto& f) { return f.first > nearest + 1; });
    found.resize(std::min(found.size(), most));

    std::vector<std::string_view> names;
    names.reserve(found.size());
    for (const auto& [distance, index] : found)
        names.push_back(known[index]);
    return names;
}

std::string did_you_mean(std::string_view wrong, std::span<const std::string_view> known)
{
    const auto names = near_matches(wrong, known);
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        text += i == 0 ? "; did you mean " : (i + 1 == names.size() ? " or " : ", ");
        text += names[i];
    }
    return text.empty() ? text : text + "?";
}

} // namespace lightdash
