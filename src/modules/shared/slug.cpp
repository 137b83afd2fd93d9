#include "modules/shared/slug.hpp"

#include "lightdash/core/utf8.hpp"
#include "lightdash/core/uuid.hpp"

#include <array>

namespace lightdash {
namespace {

constexpr std::size_t longest = 200;

// The Latin letters from U+00C0 to U+017F without their marks; "-" stands where there is no letter.
constexpr std::array<std::string_view, 192> plain_letters{
    "a", "a", "a",  "a", "a", "a", "ae", "c",  "e", "e", "e",  "e",  "i", "i", "i",  "i",  "d", "n", "o",  "o",
    "o", "o", "o",  "-", "o", "u", "u",  "u",  "u", "y", "th", "ss", "a", "a", "a",  "a",  "a", "a", "ae", "c",
    "e", "e", "e",  "e", "i", "i", "i",  "i",  "d", "n", "o",  "o",  "o", "o", "o",  "-",  "o", "u", "u",  "u",
    "u", "y", "th", "y", "a", "a", "a",  "a",  "a", "a", "c",  "c",  "c", "c", "c",  "c",  "c", "c", "d",  "d",
    "d", "d", "e",  "e", "e", "e", "e",  "e",  "e", "e", "e",  "e",  "g", "g", "g",  "g",  "g", "g", "g",  "g",
    "h", "h", "h",  "h", "i", "i", "i",  "i",  "i", "i", "i",  "i",  "i", "i", "ij", "ij", "j", "j", "k",  "k",
    "k", "l", "l",  "l", "l", "l", "l",  "l",  "l", "l", "l",  "n",  "n", "n", "n",  "n",  "n", "n", "n",  "n",
    "o", "o", "o",  "o", "o", "o", "oe", "oe", "r", "r", "r",  "r",  "r", "r", "s",  "s",  "s", "s", "s",  "s",
    "s", "s", "t",  "t", "t", "t", "t",  "t",  "u", "u", "u",  "u",  "u", "u", "u",  "u",  "u", "u", "u",  "u",
    "w", "w", "y",  "y", "y", "z", "z",  "z",  "z", "z", "z",  "s"};

// A character as it stands in a slug; "" for what only separates.
std::string_view in_slug(std::string_view character)
{
    static constexpr std::string_view lower = "abcdefghijklmnopqrstuvwxyz0123456789";
    const auto first = static_cast<unsigned char>(character[0]);
    if (character.size() == 1) {
        const char small = first >= 'A' && first <= 'Z' ? static_cast<char>(first | 0x20U) : character[0];
        const auto at = lower.find(small);
        return at == std::string_view::npos ? std::string_view{} : lower.substr(at, 1);
    }
    if (character.size() != 2 || first < 0xC3 || first > 0xC5)
        return {};
    const auto letter = plain_letters[((first - 0xC3U) << 6U) + (static_cast<unsigned char>(character[1]) & 0x3FU)];
    return letter == "-" ? std::string_view{} : letter;
}

// U+0300 to U+036F: the marks of letters that are written as two characters.
bool is_mark(std::string_view character)
{
    return character.size() == 2 && (character[0] == '\xCC' || (character[0] == '\xCD' && character[1] <= '\xAF'));
}

std::string tail() // for what must differ from all others
{
    return uuid::random().to_string().substr(0, 8);
}

} // namespace

std::string slug_of(std::string_view name)
{
    std::string slug;
    bool gap = false;
    while (!name.empty()) {
        const auto character = first_utf8_sequence(name);
        const auto letters = in_slug(name.substr(0, character.size));
        const bool marks = is_mark(name.substr(0, character.size));
        name.remove_prefix(character.size);
        if (marks)
            continue;
        if (letters.empty()) {
            gap = !slug.empty();
            continue;
        }
        if (slug.size() + (gap ? 1 : 0) + letters.size() > longest)
            break;
        if (gap)
            slug += '-';
        gap = false;
        slug += letters;
    }
    if (slug.empty())
        return "untitled-" + tail();
    return uuid::parse(slug) ? "slug-" + slug : slug;
}

std::string slug_with_suffix(std::string_view slug)
{
    return std::string{slug} + '-' + tail();
}

slug_choice::slug_choice(const std::optional<std::string>& wished, std::string_view name)
    : slug(slug_of(wished ? std::string_view{*wished} : name)), other_slug(slug_with_suffix(slug))
{}

} // namespace lightdash
