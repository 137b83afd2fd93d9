#include "modules/shared/stored_json.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace lightdash {
namespace {

constexpr std::string_view mark = R"(\u001a)";
constexpr std::string_view marked = R"("\u001a)";
constexpr std::string_view digits = "0123456789";

// Past the closing quote of the text whose opening quote is at `at`.
std::size_t behind_text(std::string_view json, std::size_t at) noexcept
{
    for (at = json.find_first_of("\"\\", at + 1); at < json.size(); at = json.find_first_of("\"\\", at + 2))
        if (json[at] == '"')
            return at + 1;
    return json.size();
}

std::size_t behind_number(std::string_view json, std::size_t at) noexcept
{
    return std::min(json.find_first_not_of("+-.0123456789eE", at), json.size());
}

bool begins_number(char c) noexcept
{
    return c == '-' || digits.find(c) != std::string_view::npos;
}

bool is_json_number(std::string_view text) noexcept
{
    const auto take = [&](std::string_view any) {
        const bool found = !text.empty() && any.find(text[0]) != std::string_view::npos;
        text.remove_prefix(found ? 1 : 0);
        return found;
    };
    const auto take_digits = [&] {
        const auto count = std::min(text.find_first_not_of(digits), text.size());
        text.remove_prefix(count);
        return count > 0;
    };
    take("-");
    if (!take("0") && !take_digits())
        return false;
    if (take(".") && !take_digits())
        return false;
    if (take("eE")) {
        take("+-");
        if (!take_digits())
            return false;
    }
    return text.empty();
}

// What numeric would print in another way, or, with more digits than that behind its point, might not take at all.
bool is_rewritten(std::string_view number) noexcept
{
    constexpr std::size_t longest = 1000;
    return number.size() > longest || number.find_first_of("eE") != std::string_view::npos ||
           (number[0] == '-' && number.find_first_of("123456789") == std::string_view::npos);
}

// What stands in a text's or a number's place, in pieces; all empty: it stays.
using pieces = std::array<std::string_view, 3>;

pieces stored_form(std::string_view token) noexcept
{
    if (token.starts_with(marked))
        return {marked, token.substr(1)};
    if (token[0] != '"' && is_rewritten(token))
        return {marked, token, "\""};
    return {};
}

pieces written_form(std::string_view token) noexcept
{
    if (!token.starts_with(marked))
        return {};
    const auto kept = token.substr(marked.size());
    if (kept.starts_with(mark))
        return {"\"", kept};
    const auto number = kept.substr(0, kept.size() - 1);
    return is_json_number(number) ? pieces{number} : pieces{}; // a text that was written in plain SQL
}

// Where something changes; nothing is copied before it does.
template <class Form>
bool append_changed(std::string& out, std::string_view json, Form form)
{
    std::size_t copied = 0;
    for (std::size_t at = 0; at < json.size();) {
        const bool text = json[at] == '"';
        if (!text && !begins_number(json[at])) {
            ++at;
            continue;
        }
        const auto end = text ? behind_text(json, at) : behind_number(json, at);
        const pieces instead = form(json.substr(at, end - at));
        if (!instead[0].empty()) {
            out += json.substr(copied, at - copied);
            for (const auto piece : instead)
                out += piece;
            copied = end;
        }
        at = end;
    }
    if (copied == 0)
        return false;
    out += json.substr(copied);
    return true;
}

} // namespace

void make_stored(std::string& json, std::size_t begin)
{
    if (std::string changed; append_changed(changed, std::string_view{json}.substr(begin), stored_form))
        json.replace(begin, std::string::npos, changed);
}

void append_as_written(std::string& out, std::string_view stored)
{
    if (stored.find(marked) == std::string_view::npos || !append_changed(out, stored, written_form))
        out += stored;
}

std::size_t stored_size(std::string json)
{
    make_stored(json);
    std::size_t size = json.size();
    for (std::size_t at = 0; at < json.size();) {
        if (json[at] == '"') {
            at = behind_text(json, at);
            continue;
        }
        size += json[at] == ',' || json[at] == ':' ? 1 : 0;
        ++at;
    }
    return size;
}

} // namespace lightdash
