// The one scanner of SQL text. It follows PostgreSQL's (manual, 4.1 "Lexical Structure"; its source: scan.l) so far as
// it matters where texts, names and comments end; it knows no keywords, and an operator of several characters is that
// many symbols.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace lightdash::sql {

enum class token_kind : unsigned char {
    end,       // of the text: an empty token
    blank,     // white space, all of it
    comment,   // -- … without its line end, or /* … */ with those inside of it
    word,      // a keyword, or a name without quotes
    name,      // "…", U&"…"
    text,      // '…', E'…', U&'…', B'…', X'…' with what goes on in later lines (manual, 4.1.2.1), and $tag$…$tag$
    number,    // with its exponent, without its sign
    parameter, // $1
    symbol     // one character of whatever else there is, or "::"
};

struct token {
    token_kind kind = token_kind::end;
    std::size_t begin = 0; // in the text that was scanned
    std::string_view text{};
    bool closed = true;  // false: the text ends inside of these quotes or this comment
    bool decided = true; // false: were there more text, the token might be another

    constexpr std::size_t end() const noexcept { return begin + text.size(); }
    constexpr bool is_symbol(std::string_view wanted) const noexcept
    {
        return kind == token_kind::symbol && text == wanted;
    }
    // A word, in whatever case; `small` is in lower case.
    constexpr bool is_word(std::string_view small) const noexcept
    {
        return kind == token_kind::word && std::ranges::equal(text, small, {}, [](char c) {
                   return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
               });
    }
    // Neither white space nor a comment.
    constexpr bool is_solid() const noexcept { return kind != token_kind::blank && kind != token_kind::comment; }
};

// PostgreSQL's letters are also what is not ASCII.
constexpr bool begins_word(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
constexpr bool is_digit(char c) noexcept
{
    return c >= '0' && c <= '9';
}
constexpr bool continues_word(char c) noexcept
{
    return begins_word(c) || is_digit(c) || c == '$';
}
constexpr bool is_blank(char c) noexcept // a vertical tab is none before PostgreSQL 16
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

class lexer {
public:
    // From `at` on, which is no place inside of a token. `standard_strings` as the session has
    // standard_conforming_strings: when it is off, a backslash escapes in '…' too.
    constexpr explicit lexer(std::string_view text, std::size_t at = 0, bool standard_strings = true) noexcept
        : text_(text), at_(at), standard_strings_(standard_strings)
    {}

    constexpr token next();
    // Past white space and comments.
    constexpr token next_solid()
    {
        auto one = next();
        while (!one.is_solid())
            one = next();
        return one;
    }
    constexpr std::size_t position() const noexcept { return at_; } // behind the last token

private:
    static constexpr auto npos = std::string_view::npos;

    // NUL behind the end: no character that is asked for.
    constexpr char peek(std::size_t at)
    {
        decided_ = decided_ && at < text_.size();
        return at < text_.size() ? text_[at] : '\0';
    }
    constexpr bool here(std::size_t at, char first, char second) { return peek(at) == first && peek(at + 1) == second; }
    template <class Fits>
    constexpr std::size_t past(std::size_t at, Fits fits)
    {
        while (at < text_.size() && fits(text_[at]))
            ++at;
        peek(at);
        return at;
    }
    constexpr std::size_t unclosed()
    {
        decided_ = closed_ = false;
        return text_.size();
    }

    constexpr token_kind scan(std::size_t& end); // from at_
    constexpr token_kind scan_word(std::size_t& end);
    constexpr token_kind scan_dollar(std::size_t& end);
    constexpr std::size_t past_line(std::size_t at)
    {
        return past(at, [](char c) { return c != '\n' && c != '\r'; });
    }
    constexpr std::size_t past_comment(std::size_t at);
    constexpr std::size_t past_number(std::size_t at);
    constexpr std::size_t past_quoted(std::size_t quote, bool backslashes, bool doubles);
    constexpr std::size_t past_text(std::size_t quote, bool backslashes, bool doubles);
    constexpr std::size_t continuation(std::size_t at);

    std::string_view text_;
    std::size_t at_;
    bool standard_strings_;
    bool closed_ = true, decided_ = true; // of the token being scanned
};

// What a word or a name stands for: a word in lower case (ASCII's, as PostgreSQL's server does in UTF-8), the inside of
// "…" with each doubled quote once. U&"…" keeps its escapes.
std::string identifier_of(const token& one);

constexpr token lexer::next()
{
    closed_ = decided_ = true;
    if (at_ >= text_.size())
        return {token_kind::end, text_.size(), {}, true, false};
    const auto begin = at_;
    auto end = begin + 1;
    const auto kind = scan(end);
    at_ = std::min(end, text_.size());
    return {kind, begin, text_.substr(begin, at_ - begin), closed_, decided_};
}

constexpr token_kind lexer::scan(std::size_t& end)
{
    const char c = text_[at_];
    if (is_blank(c)) {
        end = past(at_, is_blank);
        return token_kind::blank;
    }
    if (begins_word(c))
        return scan_word(end);
    if (c == '-' && here(at_, '-', '-')) {
        end = past_line(at_);
        return token_kind::comment;
    }
    if (c == '/' && here(at_, '/', '*')) {
        end = past_comment(at_);
        return token_kind::comment;
    }
    if (c == '\'') {
        end = past_text(at_, !standard_strings_, true);
        return token_kind::text;
    }
    if (c == '"') {
        end = past_quoted(at_, false, true);
        return token_kind::name;
    }
    if (c == '$')
        return scan_dollar(end);
    if (is_digit(c) || (c == '.' && is_digit(peek(at_ + 1)))) {
        end = past_number(at_);
        return token_kind::number;
    }
    if (c == ':' && peek(at_ + 1) == ':')
        ++end;
    return token_kind::symbol;
}

constexpr token_kind lexer::scan_word(std::size_t& end)
{
    end = past(at_, continues_word);
    if (end != at_ + 1)
        return token_kind::word;
    const char letter = text_[at_], behind = peek(end);
    if (behind == '\'' && (letter == 'e' || letter == 'E')) {
        end = past_text(end, true, true);
        return token_kind::text;
    }
    if (behind == '\'' && (letter == 'b' || letter == 'B' || letter == 'x' || letter == 'X')) {
        end = past_text(end, false, false);
        return token_kind::text;
    }
    if (behind == '&' && (letter == 'u' || letter == 'U')) {
        const char quote = peek(end + 1);
        if (quote == '\'') {
            end = past_text(end + 1, false, true);
            return token_kind::text;
        }
        if (quote == '"') {
            end = past_quoted(end + 1, false, true);
            return token_kind::name;
        }
    }
    return token_kind::word;
}

constexpr token_kind lexer::scan_dollar(std::size_t& end)
{
    if (is_digit(peek(at_ + 1))) {
        end = past(at_ + 1, is_digit);
        return token_kind::parameter;
    }
    auto close = at_ + 1;
    if (begins_word(peek(close)))
        close = past(close, [](char c) { return begins_word(c) || is_digit(c); });
    if (peek(close) != '$')
        return token_kind::symbol;
    const auto tag = text_.substr(at_, close + 1 - at_);
    const auto again = text_.find(tag, close + 1);
    end = again == npos ? unclosed() : again + tag.size();
    return token_kind::text;
}

constexpr std::size_t lexer::past_comment(std::size_t at)
{
    std::size_t depth = 1;
    for (at += 2; at + 1 < text_.size(); ++at) {
        const bool opens = text_[at] == '/' && text_[at + 1] == '*';
        const bool closes = text_[at] == '*' && text_[at + 1] == '/';
        depth += opens ? 1U : 0U;
        depth -= closes ? 1U : 0U;
        at += opens || closes ? 1 : 0;
        if (depth == 0)
            return at + 1;
    }
    return unclosed();
}

// An exponent belongs to its number: what follows is no part of a word, as the $ of 1e0$$ … $$. 1..2 are two numbers.
constexpr std::size_t lexer::past_number(std::size_t at)
{
    at = past(at, is_digit);
    if (peek(at) == '.' && peek(at + 1) != '.')
        at = past(at + 1, is_digit);
    if (peek(at) == 'e' || peek(at) == 'E') {
        const auto digits = at + (peek(at + 1) == '+' || peek(at + 1) == '-' ? 2U : 1U);
        if (is_digit(peek(digits)))
            at = past(digits, is_digit);
    }
    return at;
}

constexpr std::size_t lexer::past_quoted(std::size_t quote, bool backslashes, bool doubles)
{
    for (auto at = quote + 1; at < text_.size(); ++at) {
        if (backslashes && text_[at] == '\\')
            ++at;
        else if (text_[at] == text_[quote] && !(doubles && peek(at + 1) == text_[quote]))
            return at + 1;
        else if (text_[at] == text_[quote])
            ++at;
    }
    return unclosed();
}

constexpr std::size_t lexer::past_text(std::size_t quote, bool backslashes, bool doubles)
{
    for (;;) {
        const auto end = past_quoted(quote, backslashes, doubles);
        if (!closed_)
            return end;
        quote = continuation(end);
        if (quote == npos)
            return end;
    }
}

// The quote with which a text goes on that ends before `at`: between them white space with a line end in it, and
// comments to the end of a line.
constexpr std::size_t lexer::continuation(std::size_t at)
{
    for (bool new_line = false;; ++at) {
        if (here(at, '-', '-'))
            at = past_line(at);
        const char c = peek(at);
        if (c == '\'')
            return new_line ? at : npos;
        if (!is_blank(c))
            return npos;
        new_line = new_line || c == '\n' || c == '\r';
    }
}

} // namespace lightdash::sql
