#include "migrate/text/outside_words.hpp"

#include "migrate/text/effect_names.hpp"

#include <algorithm>
#include <cctype>
#include <utility>
#include <vector>

namespace lightdash::migrate {

namespace {

// Upper case; what is not a letter, a digit or an underscore parts words.
std::vector<std::string> words_of(std::string_view text, std::size_t most)
{
    std::vector<std::string> words;
    std::string word;
    for (const char c : text) {
        if (std::isalnum(static_cast<unsigned char>(c)) || c == '_') {
            word += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
            continue;
        }
        if (!word.empty())
            words.push_back(std::exchange(word, {}));
        if (words.size() == most)
            return words;
    }
    if (!word.empty())
        words.push_back(std::move(word));
    return words;
}

bool is_outside_pair(const std::string& verb, const std::string& object)
{
    const bool changes = verb == "CREATE" || verb == "ALTER" || verb == "DROP";
    return changes && is_one_of(outside_objects, object) && (object != "SYSTEM" || verb == "ALTER");
}

} // namespace

std::string lower(std::string_view text)
{
    std::string made{text};
    std::ranges::transform(made, made.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return made;
}

std::string outside_by_words(std::string_view text)
{
    const auto words = words_of(text, 3);
    if (words.size() < 2 || !is_outside_pair(words[0], words[1]))
        return {};
    if (words[1] == "USER" && words.size() > 2 && words[2] == "MAPPING")
        return {};
    return words[0] + ' ' + words[1];
}

std::string outside_in_text(std::string_view text)
{
    const auto words = words_of(text, std::string_view::npos);
    for (std::size_t i = 1; i < words.size(); ++i)
        if (is_outside_pair(words[i - 1], words[i]) &&
            !(words[i] == "USER" && i + 1 < words.size() && words[i + 1] == "MAPPING"))
            return words[i - 1] + ' ' + words[i];
    for (const auto& word : words)
        if (is_one_of(outside_functions, lower(word)))
            return lower(word) + "()";
    return {};
}

} // namespace lightdash::migrate
