#include "http/json/near_match.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <numeric>

namespace lightdash::http::json {
namespace {

constexpr std::size_t longest = 64; // longer names are no typing errors

char lower(char c) noexcept
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// first_name is firstName to somebody who comes from the database.
std::size_t without_underscores(std::string_view name, std::array<char, longest>& into) noexcept
{
    std::size_t size = 0;
    for (const char c : name)
        if (c != '_')
            into[size++] = lower(c);
    return size;
}

// Levenshtein's distance.
std::size_t edits(std::string_view left, std::string_view right) noexcept
{
    std::array<std::size_t, longest + 1> row;
    std::iota(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(right.size()) + 1, std::size_t{0});
    for (std::size_t i = 0; i < left.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < right.size(); ++j) {
            const std::size_t replaced = diagonal + (left[i] != right[j]);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
        }
    }
    return row[right.size()];
}

} // namespace

std::string_view near_match(std::string_view name, std::span<const std::string_view> known)
{
    if (name.size() > longest)
        return {};
    std::array<char, longest> plain_name, plain_known;
    const std::string_view wanted{plain_name.data(), without_underscores(name, plain_name)};
    std::string_view best;
    std::size_t fewest = wanted.size() / 3 + 1;
    for (const std::string_view candidate : known) {
        if (candidate.size() > longest)
            continue;
        const std::string_view plain{plain_known.data(), without_underscores(candidate, plain_known)};
        const std::size_t distance = edits(wanted, plain);
        if (distance < fewest) {
            fewest = distance;
            best = candidate;
        }
    }
    return best;
}

} // namespace lightdash::http::json
