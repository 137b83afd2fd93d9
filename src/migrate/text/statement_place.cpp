#include "migrate/text/statement_place.hpp"

#include "lightdash/migrate/sql_splitter.hpp"
#include "lightdash/sql/lexer.hpp"
#include "migrate/text/sql_tree.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <string>
#include <string_view>

namespace lightdash::migrate {

namespace {

constexpr std::string_view block_name = "inline_code_block"; // what PL/pgSQL calls the body of DO

bool in_word(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || static_cast<unsigned char>(c) >= 128;
}

// The byte of a character counted from 1, the text's size behind its end.
std::size_t byte_of(std::string_view text, int character)
{
    std::size_t at = 0;
    for (int i = 1; at < text.size() && i < character; ++i) {
        ++at;
        while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80)
            ++at;
    }
    return at;
}

struct routine {
    std::string name;     // as contexts spell it
    std::size_t body = 0; // where its text begins in the statement
};

// The first byte inside of the quotes that stand behind `at`.
std::size_t inside_quotes(std::string_view text, std::size_t at)
{
    sql::lexer all{text, at};
    auto one = all.next();
    while (one.kind != sql::token_kind::text && one.kind != sql::token_kind::end)
        one = all.next();
    if (one.kind == sql::token_kind::end)
        return text.size();
    return one.begin + (one.text.starts_with('$') ? one.text.find('$', 1) : one.text.find('\'')) + 1;
}

std::optional<routine> routine_of(const migration_statement& statement)
{
    const auto words = leading_words(statement.text);
    if (!words.starts_with("DO") && !words.starts_with("CREATE"))
        return std::nullopt;
    const sql_tree tree{statement.text};
    const auto root = tree.statement();
    const auto tag = root.tag();
    if (tag != "DoStmt" && tag != "CreateFunctionStmt")
        return std::nullopt;
    routine made;
    const auto names = root[tag]["funcname"].list();
    made.name = names.empty() ? std::string{block_name} : std::string{names.back()["String"]["sval"].text()};
    for (const auto option : root[tag][tag == "DoStmt" ? "args" : "options"].list())
        if (option["DefElem"]["defname"].text() == "as")
            made.body = inside_quotes(statement.text, option["DefElem"].location().value_or(0));
    if (made.body == 0)
        return std::nullopt;
    return made;
}

// "PL/pgSQL function app.f(integer) line 3 at RAISE", in whatever language: the number behind the name.
std::optional<int> line_in(std::string_view frame, std::string_view name)
{
    for (auto at = frame.find(name); at != std::string_view::npos; at = frame.find(name, at + 1)) {
        auto end = at + name.size();
        if ((at > 0 && in_word(frame[at - 1]) && static_cast<unsigned char>(frame[at - 1]) < 128) ||
            (end < frame.size() && in_word(frame[end]) && static_cast<unsigned char>(frame[end]) < 128))
            continue;
        if (end < frame.size() && frame[end] == '(')
            end = std::min(frame.find(')', end), frame.size());
        const auto digit = frame.find_first_of("0123456789", end);
        if (digit == std::string_view::npos)
            continue;
        int line = 0;
        for (auto i = digit; i < frame.size() && line < 1'000'000 && frame[i] >= '0' && frame[i] <= '9'; ++i)
            line = line * 10 + (frame[i] - '0');
        return line;
    }
    return std::nullopt;
}

std::size_t begin_of_line(std::string_view text, std::size_t from, int line)
{
    for (; line > 1; --line) {
        const auto end = text.find('\n', from);
        if (end == std::string_view::npos)
            break;
        from = end + 1;
    }
    return from;
}

statement_place place_in_body(const migration_statement& statement, std::size_t index, std::size_t line_begin,
                              const database_diagnostics* innermost)
{
    if (innermost && !innermost->internal_query.empty()) {
        const auto query = statement.text.find(innermost->internal_query, line_begin);
        if (query != std::string::npos)
            return {index, query + byte_of(innermost->internal_query, innermost->internal_position), true, true};
    }
    const auto text = statement.text.find_first_not_of(" \t", line_begin);
    return {index, std::min(text, statement.text.size()), false, true};
}

} // namespace

statement_place place_of(const std::vector<migration_statement>& statements, std::size_t refused,
                         const database_diagnostics& said)
{
    if (said.position > 0)
        return {refused, byte_of(statements[refused].text, said.position), true, true};
    bool innermost = true;
    for (std::string_view rest = said.context; !rest.empty(); innermost = false) {
        const auto end = rest.find('\n');
        const auto frame = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        for (auto i = refused + 1; i-- > 0;) {
            const auto made = routine_of(statements[i]);
            // Of DO blocks within DO blocks, the outermost is the file's.
            const bool is_block = made && made->name == block_name;
            if (!made || (is_block && (i != refused || rest.find(block_name) != std::string_view::npos)))
                continue;
            if (const auto line = line_in(frame, made->name))
                return place_in_body(statements[i], i, begin_of_line(statements[i].text, made->body, *line),
                                     innermost ? &said : nullptr);
        }
    }
    // A function in SQL has no lines: its query is the body.
    if (!said.internal_query.empty())
        for (auto i = refused + 1; i-- > 0;)
            if (const auto at = statements[i].text.find(said.internal_query); at != std::string::npos)
                return {i, at + byte_of(said.internal_query, said.internal_position), true, true};
    return {refused, 0, false, false};
}

} // namespace lightdash::migrate
