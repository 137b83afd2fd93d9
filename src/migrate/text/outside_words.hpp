// What reaches outside its database, judged by words: where there is no tree of the parser's.
#pragma once

#include <string>
#include <string_view>

namespace lightdash::migrate {

// Of statements whose second half is put together later, or of newer syntax: "" unless their first words are enough.
std::string outside_by_words(std::string_view text);

// Of a body in a language that is not read here: such words anywhere.
std::string outside_in_text(std::string_view text);

std::string lower(std::string_view text);

} // namespace lightdash::migrate
