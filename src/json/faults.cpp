#include "json/document.hpp"

#include "lightdash/core/utf8.hpp"
#include "lightdash/json/json.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lightdash::json {
namespace {

constexpr std::size_t longest_shown_name = 64;

bool continues_character(char c) noexcept
{
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80;
}

} // namespace

std::size_t characters_in(std::string_view text)
{
    return text.size() - static_cast<std::size_t>(std::ranges::count_if(text, continues_character));
}

void append_to_pointer(std::string& pointer, std::string_view member)
{
    const auto shown = utf8_prefix(member, longest_shown_name);
    pointer += '/';
    for (const char c : shown) {
        if (c == '~')
            pointer += "~0";
        else if (c == '/')
            pointer += "~1";
        else
            pointer += c;
    }
    if (shown.size() < member.size())
        pointer += "…";
}

void faults::add(std::string_view member, std::string message)
{
    if (full())
        return;
    std::string pointer = pointer_;
    if (!member.empty())
        append_to_pointer(pointer, member);
    found_.push_back({std::move(pointer), std::move(message)});
}

void faults::add_at(std::string pointer, std::string message)
{
    if (!full())
        found_.push_back({std::move(pointer), std::move(message)});
}

void faults::require(bool met, std::string_view member, std::string_view message)
{
    if (!met)
        add(member, std::string{message});
}

void faults::text_length(std::string_view member, std::string_view text, std::size_t least, std::size_t most)
{
    const std::size_t length = characters_in(text);
    if (length < least || length > most)
        add(member, fmt::format("Must have {} to {} characters, not {}.", least, most, length));
}

void faults::range(std::string_view member, std::int64_t number, std::int64_t lowest, std::int64_t highest)
{
    if (number < lowest || number > highest)
        add(member, fmt::format("Must be between {} and {}, not {}.", lowest, highest, number));
}

void faults::throw_if_any() const
{
    if (found_.empty())
        return;
    const field_error& first = found_.front();
    const std::string_view where = first.pointer.empty() ? std::string_view{"the whole of it"} : first.pointer;
    std::string message = fmt::format("The body does not fit: {}: {}", where, first.message);
    if (found_.size() > 1)
        fmt::format_to(std::back_inserter(message), " ({}{} more)", found_.size() - 1, full() ? " or" : "");
    throw error{error_kind::invalid_body, std::move(message)}.with_fields(found_);
}

} // namespace lightdash::json
