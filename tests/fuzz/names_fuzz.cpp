// Names and texts: whatever they hold, they come out as one identifier or one literal, which says the same.
#include "fuzz/postgres_parser.hpp"
#include "lightdash/core/error.hpp"
#include "lightdash/sql/identifier.hpp"
#include "lightdash/sql/select.hpp"

#include <boost/json/object.hpp>

#include <algorithm>
#include <cstdint>

namespace lightdash::fuzz {
namespace {

std::string without_doubled(std::string_view quoted, char quote)
{
    std::string made;
    for (std::size_t i = 1; i + 1 < quoted.size(); ++i) {
        made += quoted[i];
        if (quoted[i] == quote)
            ++i;
    }
    return made;
}

// One token of that kind, from the first byte to the last.
bool is_one_token(const std::string& text, token::kind kind)
{
    const auto tokens = tokens_of(text);
    return tokens && tokens->size() == 1 && tokens->front().is == kind && tokens->front().begin == 0 &&
           tokens->front().end == text.size();
}

void identifier(const std::string& name)
{
    const bool legal = !name.empty() && name.size() <= sql::max_identifier_bytes && name.find('\0') == name.npos;
    try {
        const auto quoted = sql::quote_identifier(name);
        if (!legal)
            report("quote_identifier() takes a name that PostgreSQL cannot have", name, quoted);
        if (without_doubled(quoted, '"') != name)
            report("quote_identifier() does not round-trip", name, quoted);
        if (!is_one_token(quoted, token::kind::identifier))
            report("quote_identifier() writes something that is not one identifier", name, quoted);
    } catch (const error&) {
        if (legal)
            report("quote_identifier() refuses a legal name", name, "");
    }
}

void literal(const std::string& text)
{
    const bool legal = text.find('\0') == text.npos;
    try {
        const auto quoted = sql::quote_literal(text);
        if (!legal)
            report("quote_literal() takes a NUL byte", text, quoted);
        if (!is_one_token(quoted, token::kind::text))
            report("quote_literal() writes something that is not one text", text, quoted);
        if (!is_utf8(text))
            return;
        const auto expression = selected("select " + quoted);
        const auto* constant = expression ? expression->as_object().if_contains("A_Const") : nullptr;
        const auto* value = constant ? constant->as_object().if_contains("sval") : nullptr;
        // An empty text has no value in libpg_query's JSON.
        const auto* inner = value ? value->as_object().if_contains("sval") : nullptr;
        if (!value || (inner ? std::string_view{inner->as_string()} : std::string_view{}) != text)
            report("quote_literal() does not round-trip through PostgreSQL's parser", text, quoted);
    } catch (const error&) {
        if (legal)
            report("quote_literal() refuses a legal text", text, "");
    }
}

// In every place of a query, with dots, indexes and aliases: one column, one table, nothing else.
void names_in_a_query(const std::string& name)
{
    if (!is_utf8(name))
        return; // for libpg_query's JSON
    std::string text;
    try {
        text = sql::select(name).from("t").order_by("a").compile().text;
    } catch (const error&) {
        return; // refused
    }
    if (!selected(text))
        report("a column's name changes the statement", name, text);
    try {
        text = sql::select("a").from(name).compile().text;
    } catch (const error&) {
        return;
    }
    // "*" and an index are for columns, and PostgreSQL knows database.schema.table at most.
    const auto dots = std::ranges::count(name, '.');
    if (dots < 3 && name.find('*') == name.npos && name.find('[') == name.npos && !selected(text))
        report("a table's name changes the statement", name, text);
}

} // namespace
} // namespace lightdash::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string input{reinterpret_cast<const char*>(data), size};
    lightdash::fuzz::identifier(input);
    lightdash::fuzz::literal(input);
    lightdash::fuzz::names_in_a_query(input);
    return 0;
}
