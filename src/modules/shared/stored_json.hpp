// JSON as a jsonb column keeps it, and as whoever wrote it gets it back.
#pragma once

#include "lightdash/json/json.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace lightdash {

// jsonb keeps numbers as numeric, and prints those in another way that have an exponent or are minus zero: the six
// characters of 1e-300 come back as three hundred digits. Such a number is kept as a text with a mark, U+001A, before
// its digits ("\u001a1e-300"), and so is one that numeric could not take; a text that begins with the mark gets another
// one. All else stands in the column as it was sent, for SQL to look at.
//
// Both take valid JSON, or members of an object, as json::write() and PostgreSQL print them.

// Changes what stands in `json` from `begin` on into the form that is kept.
void make_stored(std::string& json, std::size_t begin = 0);
// Appends what was made of it as it was written.
void append_as_written(std::string& out, std::string_view stored);

// At least as many bytes as PostgreSQL prints of the stored value, which has a space behind every comma and colon.
std::size_t stored_size(std::string json);

template <class T>
std::size_t stored_size_of(const T& part)
{
    std::string text;
    json::write(text, part);
    return stored_size(std::move(text));
}

} // namespace lightdash
