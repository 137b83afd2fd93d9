#include "migrate/catalog/spelling.hpp"

#include "lightdash/sql/lexer.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

namespace lightdash::migrate {

namespace {

constexpr auto npos = std::string_view::npos;

// Behind the token that begins there.
std::size_t after_token(std::string_view text, std::size_t at)
{
    return sql::lexer{text, at}.next().end();
}

// The bracket that closes the one at `open`; npos without one.
std::size_t closing(std::string_view text, std::size_t open)
{
    int depth = 0;
    for (auto at = open; at < text.size(); at = after_token(text, at)) {
        if (text[at] == '(' || text[at] == '[')
            ++depth;
        else if ((text[at] == ')' || text[at] == ']') && --depth == 0)
            return at;
    }
    return npos;
}

// The parts between commas that stand in no bracket.
std::vector<std::string_view> elements_of(std::string_view list)
{
    std::vector<std::string_view> made;
    std::size_t first = 0;
    const auto add = [&](std::size_t end) {
        auto part = list.substr(first, end - first);
        part.remove_prefix(std::min(part.find_first_not_of(" \n"), part.size()));
        made.push_back(part);
        first = end + 1;
    };
    for (std::size_t at = 0; at < list.size();) {
        if (list[at] == '(' || list[at] == '[') {
            const auto close = closing(list, at);
            at = close == npos ? list.size() : close + 1;
        } else if (list[at] == ',') {
            add(at++);
        } else {
            at = after_token(list, at);
        }
    }
    if (first < list.size())
        add(list.size());
    return made;
}

// The element type of "::type[]" at `at`, as format_type() writes it, and where that ends.
struct array_cast {
    std::string_view element;
    std::size_t end;
};
std::optional<array_cast> array_cast_at(std::string_view text, std::size_t at)
{
    if (!text.substr(std::min(at, text.size())).starts_with("::"))
        return std::nullopt;
    const auto first = at + 2;
    for (at = first; at < text.size();) {
        const char c = text[at];
        if (c == '[')
            return text.substr(at).starts_with("[]") ? std::optional{array_cast{text.substr(first, at - first), at + 2}}
                                                     : std::nullopt;
        if (c == '(') // of a modifier: numeric(10,2)
            at = std::min(closing(text, at), text.size() - 1) + 1;
        else if (c == '"' || sql::continues_word(c))
            at = after_token(text, at);
        else if (c == '.' || c == ' ')
            ++at;
        else
            return std::nullopt;
    }
    return std::nullopt;
}

// A parenthesis behind a name is a call's.
bool is_cast_parenthesis(std::string_view before)
{
    return before.ends_with('(') && (before.size() == 1 || (!sql::continues_word(before[before.size() - 2]) &&
                                                            before[before.size() - 2] != '"'));
}

// Whether a cast may follow without parentheses, where PostgreSQL leaves out what it can.
bool binds_like_a_name(std::string_view expression)
{
    if (expression.starts_with('\''))
        return true;
    for (std::size_t at = 0; at < expression.size();) {
        if (expression[at] == ' ')
            return false;
        const bool opens = expression[at] == '(' || expression[at] == '[';
        const auto close = opens ? closing(expression, at) : npos;
        at = close == npos ? after_token(expression, at) : close + 1;
    }
    return true;
}

std::string with_casts_in_elements(std::string_view text);

std::string cast_element(std::string_view element, std::string_view type, bool parentheses)
{
    const auto whole = with_casts_in_elements(element);
    if (whole.starts_with("ARRAY[") && closing(whole, 5) == whole.size() - 1) {
        const auto nested = parentheses ? "(" + whole + ")::" : whole + "::";
        return with_casts_in_elements(nested + std::string{type} + "[]");
    }
    const auto cast = "::" + std::string{type};
    const bool literal = whole.starts_with('\'') && after_token(whole, 0) == whole.size() - cast.size();
    if (literal && whole.ends_with(cast))
        return whole;
    return parentheses || !binds_like_a_name(whole) ? "(" + whole + ")" + cast : whole + cast;
}

// `text` from ARRAY[ at `at` on is copied to `made`, its cast in its elements; returns where it ends.
std::size_t copy_array(std::string_view text, std::size_t at, std::string& made)
{
    const auto close = closing(text, at + 5);
    if (close == npos) {
        made += text.substr(at);
        return text.size();
    }
    const auto elements = elements_of(text.substr(at + 6, close - at - 6));
    const bool parentheses = is_cast_parenthesis(made) && text.substr(close + 1).starts_with(')');
    const auto cast = elements.empty() ? std::nullopt : array_cast_at(text, close + (parentheses ? 2 : 1));
    if (cast && parentheses)
        made.pop_back();
    made += "ARRAY[";
    for (std::size_t i = 0; i < elements.size(); ++i) {
        made += i == 0 ? "" : ", ";
        made += cast ? cast_element(elements[i], cast->element, parentheses) : with_casts_in_elements(elements[i]);
    }
    made += ']';
    return cast ? cast->end : close + 1;
}

std::string with_casts_in_elements(std::string_view text)
{
    std::string made;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = after_token(text, at);
        if (text.substr(at, end - at) == "ARRAY" && text.substr(end).starts_with('[')) {
            at = copy_array(text, at, made);
        } else {
            made += text.substr(at, end - at);
            at = end;
        }
    }
    return made;
}

// ('a'::character varying)::text and 'a'::character varying::text are 'a'::text.
std::string without_detours(std::string_view text)
{
    constexpr std::string_view by_way_of = "::character varying", to = "::text";
    const auto reaches_text = [&](std::size_t at) {
        const auto rest = text.substr(std::min(at, text.size()));
        return rest.starts_with(to) &&
               (rest.size() == to.size() || (!sql::continues_word(rest[to.size()]) && rest[to.size()] != '['));
    };
    std::string made;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = after_token(text, at);
        const auto token = text.substr(at, end - at);
        at = end;
        if (!token.ends_with('\'') || token.size() < 2 || !text.substr(end).starts_with(by_way_of)) {
            made += token;
            continue;
        }
        const auto behind = end + by_way_of.size();
        if (reaches_text(behind)) {
            at = behind;
        } else if (is_cast_parenthesis(made) && text.substr(behind).starts_with(')') && reaches_text(behind + 1)) {
            made.pop_back();
            at = behind + 1;
        }
        made += token;
    }
    return made;
}

} // namespace

std::string canonical_spelling(std::string_view definition)
{
    const bool arrays = definition.find("ARRAY[") != npos;
    return without_detours(arrays ? with_casts_in_elements(definition) : std::string{definition});
}

} // namespace lightdash::migrate
