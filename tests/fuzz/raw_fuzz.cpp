// Raw text: a placeholder is found exactly where PostgreSQL's lexer sees no text, name or comment, and each becomes one
// parameter.
#include "fuzz/postgres_parser.hpp"
#include "lightdash/core/error.hpp"
#include "lightdash/sql/raw.hpp"

#include <cstdint>

namespace lightdash::fuzz {
namespace {

using form = sql::raw_part::form;

struct counts {
    std::size_t values = 0;
    std::size_t names = 0;
    bool named_a = false;
    bool named_b = false;
    bool others = false;
};

// The parts together are the text.
counts count(std::string_view text, bool by_name)
{
    counts made;
    std::size_t length = 0;
    sql::raw_scanner scan{text, by_name};
    for (auto part = scan.next(); part.what != form::end; part = scan.next()) {
        if (part.text.empty() && part.what != form::value && part.what != form::name)
            report("the scanner returns an empty part", text, "");
        length += part.text.size();
        if (length > text.size())
            report("the scanner returns more than the text", text, part.text);
        made.values += part.what == form::value || part.what == form::named_value ? 1 : 0;
        made.names += part.what == form::name || part.what == form::named_name ? 1 : 0;
        if (part.what == form::named_value || part.what == form::named_name) {
            made.named_a = made.named_a || part.text == "a";
            made.named_b = made.named_b || part.text == "b";
            made.others = made.others || (part.text != "a" && part.text != "b");
        }
    }
    return made;
}

sql::raw build(std::string_view text, std::size_t arguments)
{
    switch (arguments) {
    case 1:
        return sql::raw::trusted(text, "x");
    case 2:
        return sql::raw::trusted(text, "x", "y");
    case 3:
        return sql::raw::trusted(text, "x", "y", "z");
    default:
        return sql::raw::trusted(text, "x", "y", "z", "w");
    }
}

sql::raw build_by_name(std::string_view text, const counts& found)
{
    using sql::named;
    if (found.named_a && found.named_b)
        return sql::raw::trusted(text, named("a", "x"), named("b", "y"));
    return sql::raw::trusted(text, named(found.named_a ? "a" : "b", "x"));
}

void compare(const std::string& text, const sql::compiled& made, std::size_t values)
{
    if (made.values.values().size() != values)
        report("another number of values than of placeholders", text, made.text);
    // A text of its own with $1 has parameters that the values do not count.
    if (text.find('$') != text.npos)
        return;
    const auto tokens = tokens_of(made.text);
    if (!tokens)
        return;
    std::size_t parameters = 0;
    for (const auto& one : *tokens) {
        if (one.is != token::kind::parameter)
            continue;
        if (made.text.substr(one.begin, one.end - one.begin) != "$" + std::to_string(++parameters))
            report("parameters out of order", text, made.text);
    }
    if (parameters != values)
        report("PostgreSQL sees another number of parameters than there are values", text, made.text);
}

void positional(const std::string& text)
{
    const auto found = count(text, false);
    const auto wanted = found.values + found.names;
    for (std::size_t arguments = 1; arguments <= 4; ++arguments) {
        try {
            const auto made = build(text, arguments).compile();
            if (arguments != wanted)
                report("raw() takes another number of arguments than of placeholders", text, made.text);
            compare(text, made, found.values);
        } catch (const error&) {
            if (arguments == wanted)
                report("raw() refuses as many arguments as there are placeholders", text, "");
        }
    }
}

void by_name(const std::string& text)
{
    const auto found = count(text, true);
    if (!found.named_a && !found.named_b)
        return;
    try {
        const auto made = build_by_name(text, found).compile();
        if (found.others)
            report("raw() takes a name without a binding", text, made.text);
        compare(text, made, found.values);
    } catch (const error&) {
        if (!found.others)
            report("raw() refuses bindings for each of its names", text, "");
    }
}

} // namespace
} // namespace lightdash::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text{reinterpret_cast<const char*>(data), size};
    lightdash::fuzz::positional(text);
    lightdash::fuzz::by_name(text);
    return 0;
}
