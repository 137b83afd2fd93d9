// The lexer follows PostgreSQL's (manual, 4.1 "Lexical Structure"; BEGIN ATOMIC as psql finds it). Where it is wrong, a
// statement is cut at the wrong place and the server refuses it: nothing here is a command of this program.
#include "ops/backup/plain_dump.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/core/text_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace lightdash::ops {
namespace {

constexpr std::size_t largest_statement = std::size_t{1} << 30; // PostgreSQL takes no larger one
constexpr std::size_t rows_at_a_time = 64 * 1024;
constexpr std::string_view first_line = "PostgreSQL database dump";
constexpr std::string_view last_line = "PostgreSQL database dump complete";
constexpr std::string_view cluster_line = "PostgreSQL database cluster dump"; // of pg_dumpall

bool begins_word(int c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
}
bool in_word(int c) noexcept
{
    return begins_word(c) || (c >= '0' && c <= '9') || c == '$';
}
bool blank(int c) noexcept
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

bool same_word(std::string_view word, std::string_view lower)
{
    return std::ranges::equal(word, lower, {}, [](char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; });
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && blank(text.back()))
        text.remove_suffix(1);
    while (!text.empty() && blank(text.front()))
        text.remove_prefix(1);
    return text;
}

} // namespace

plain_dump::plain_dump(std::string name, std::istream& in) : name_(std::move(name)), in_(in)
{
    fill();
    if (const auto why = no_text_because({block_.data(), std::min<std::size_t>(filled_, 4096)}); !why.empty())
        refuse(1, why);
    if (std::string_view{block_.data(), filled_}.starts_with(byte_order_mark))
        at_ = byte_order_mark.size();
}

void plain_dump::refuse(std::uint64_t line, std::string_view why) const
{
    throw error{error_kind::usage, fmt::format("{}:{}: {}. Nothing was changed.", name_, line, why)};
}

bool plain_dump::fill()
{
    consumed_ += filled_;
    at_ = 0;
    in_.read(block_.data(), static_cast<std::streamsize>(block_.size()));
    filled_ = static_cast<std::size_t>(in_.gcount());
    return filled_ > 0;
}

int plain_dump::peek()
{
    if (at_ == filled_ && !fill())
        return -1;
    return static_cast<unsigned char>(block_[at_]);
}

int plain_dump::peek_second()
{
    if (at_ + 1 < filled_)
        return static_cast<unsigned char>(block_[at_ + 1]);
    const int next = in_.peek();
    return next == std::istream::traits_type::eof() ? -1 : next;
}

// Call it after peek() only.
char plain_dump::get()
{
    const char c = block_[at_++];
    if (c == '\0')
        refuse(line_, "a NUL byte stands outside of the rows of a COPY, where pg_dump writes none");
    if (c == '\n')
        ++line_;
    line_begins_ = c == '\n';
    return c;
}

bool plain_dump::get_line(std::string& into)
{
    while (peek() >= 0) {
        const auto* begin = block_.data() + at_;
        const auto* end = static_cast<const char*>(std::memchr(begin, '\n', filled_ - at_));
        const auto size = end != nullptr ? static_cast<std::size_t>(end - begin) + 1 : filled_ - at_;
        into.append(begin, size);
        at_ += size;
        if (end != nullptr) {
            ++line_;
            line_begins_ = true;
            return true;
        }
        if (into.size() > largest_statement)
            refuse(line_, "this line is longer than PostgreSQL takes");
    }
    return false;
}

std::optional<dump_statement> plain_dump::next()
{
    while (copying_from_ != 0)
        next_rows();
    for (;;) {
        skip_to_statement();
        if (peek() < 0) {
            finish();
            return std::nullopt;
        }
        if (!header_)
            refuse(line_, "a statement stands before the line \"-- PostgreSQL database dump\": this is no dump that "
                          "pg_dump wrote. Run it with psql if you trust it");
        if (complete_)
            refuse(line_, "a statement stands behind the last line of the dump");
        dump_statement read;
        read.line = line_;
        read.text = read_statement();
        if (accept(read))
            return read;
    }
}

void plain_dump::finish() const
{
    if (!header_)
        refuse(line_, "this is no dump that pg_dump wrote: its first line \"-- PostgreSQL database dump\" is missing");
    if (!complete_)
        refuse(line_, "the dump is cut off: its last line \"-- PostgreSQL database dump complete\" is missing");
}

void plain_dump::skip_to_statement()
{
    for (int c = peek(); c >= 0; c = peek()) {
        if (blank(c) || c == ';')
            get();
        else if (c == '-' && peek_second() == '-')
            read_comment_line();
        else if (c == '/' && peek_second() == '*')
            skip_comment(nullptr);
        else if (c == '\\')
            obey_backslash();
        else
            return;
    }
}

void plain_dump::read_comment_line()
{
    std::string line;
    get_line(line);
    const auto said = trimmed(std::string_view{line}.substr(2));
    if (said == cluster_line)
        refuse(line_ - 1, "pg_dumpall wrote this, for a whole server: restore a dump of one database, from pg_dump");
    if (said == first_line) {
        header_ = true;
        complete_ = false;
    } else if (said == last_line) {
        complete_ = header_;
    }
}

void plain_dump::skip_comment(std::string* into)
{
    const auto begin = line_;
    int depth = 0;
    do {
        if (peek() < 0)
            refuse(begin, "the file ends inside the comment that begins here: it is cut off");
        const char c = get();
        if (into)
            *into += c;
        if ((c == '/' && peek() == '*') || (c == '*' && peek() == '/' && depth > 0)) {
            depth += c == '/' ? 1 : -1;
            const char second = get();
            if (into)
                *into += second;
        }
    } while (depth > 0);
}

// psql's commands: pg_dump writes \restrict and \unrestrict, and \connect with --create.
void plain_dump::obey_backslash()
{
    const auto line = line_;
    const bool begins = line_begins_ || consumed_ + at_ == 0;
    std::string whole;
    get_line(whole);
    const auto command = trimmed(whole);
    const auto word = command.substr(0, std::min(command.find_first_of(" \t"), command.size()));
    if (begins && (word == "\\restrict" || word == "\\unrestrict"))
        return;
    if (word == "\\connect" || word == "\\c")
        refuse(line, fmt::format("{} changes to another database: pg_dump writes it with --create; make the dump "
                                 "without that",
                                 word));
    refuse(line, fmt::format("{} is a command of psql's, and none of them is run: pg_dump writes none here. Run the "
                             "file with psql if you trust it",
                             word.substr(0, 40)));
}

std::string plain_dump::read_statement()
{
    const auto begin = line_;
    std::string text;
    words_ = 0;
    first_words_ = {};
    begins_ = parentheses_ = 0;
    for (;;) {
        if (text.size() > largest_statement)
            refuse(begin, "this statement is longer than PostgreSQL takes");
        const int c = peek();
        if (c < 0)
            refuse(begin, "the file ends inside the statement that begins here: it is cut off");
        if (c == ';' && parentheses_ == 0 && begins_ == 0) {
            get();
            return text;
        }
        if (c == '\\')
            obey_backslash(); // refuses all that may stand here
        else if (c == '-' && peek_second() == '-')
            get_line(text);
        else if (c == '/' && peek_second() == '*')
            skip_comment(&text);
        else if (begins_word(c))
            read_word(text);
        else if (c == '\'' || c == '"')
            read_quoted(text, c == '\'' && !standard_strings_);
        else if (c == '$')
            read_dollar(text);
        else {
            parentheses_ = std::max(0, parentheses_ + (c == '(' ? 1 : c == ')' ? -1 : 0));
            text += get();
        }
    }
}

void plain_dump::read_word(std::string& into)
{
    const auto begin = into.size();
    while (in_word(peek()))
        into += get();
    const auto word = std::string_view{into}.substr(begin);
    if (peek() == '\'') {
        read_quoted(into, same_word(word, "e") || (!standard_strings_ && !same_word(word, "x")));
        return;
    }
    if (words_ < first_words_.size() &&
        (same_word(word, "create") || same_word(word, "or") || same_word(word, "replace") ||
         same_word(word, "function") || same_word(word, "procedure")))
        first_words_[words_] = static_cast<char>(word.front() | 0x20);
    ++words_;
    const std::string_view first{first_words_.data(), first_words_.size()};
    const bool routine = first.starts_with("cf") || first.starts_with("cp") || first == "corf" || first == "corp";
    if (!routine || parentheses_ > 0)
        return;
    if (same_word(word, "begin") || (begins_ > 0 && same_word(word, "case")))
        ++begins_;
    else if (begins_ > 0 && same_word(word, "end"))
        --begins_;
}

void plain_dump::read_quoted(std::string& into, bool backslash_escapes)
{
    const auto begin = line_;
    const char quote = get();
    into += quote;
    for (;;) {
        if (peek() < 0 || into.size() > largest_statement)
            refuse(begin, "the file ends inside the quotes that begin here: it is cut off");
        const char c = get();
        into += c;
        if (c == quote && peek() != quote)
            return;
        if ((c == quote || (c == '\\' && backslash_escapes)) && peek() >= 0)
            into += get();
    }
}

// $tag$…$tag$, or a parameter.
void plain_dump::read_dollar(std::string& into)
{
    const auto begin = line_;
    std::string tag{get()};
    if (begins_word(peek()))
        while (in_word(peek()) && peek() != '$')
            tag += get();
    if (peek() != '$') {
        into += tag;
        return;
    }
    tag += get();
    into += tag;
    const auto body = into.size();
    for (;;) {
        if (peek() < 0 || into.size() > largest_statement)
            refuse(begin, "the file ends inside the text that begins here: it is cut off");
        into += get();
        if (into.back() == '$' && into.size() - body >= tag.size() && into.ends_with(tag))
            return;
    }
}

bool plain_dump::accept(dump_statement& read)
{
    using kind = dump_statement_facts::kind;
    if (read.text.find('\0') != std::string::npos) // in a comment of its own line
        refuse(read.line, "a NUL byte stands in this statement");
    const auto facts = judge_dump_statement(read.text);
    if (in_large_objects_ && facts.what != kind::large_object && facts.what != kind::commit)
        refuse(read.line, "pg_dump writes BEGIN around the data of large objects only: this is another statement");
    switch (facts.what) {
    case kind::refused:
        refuse(read.line, facts.why);
    case kind::begin:
        in_large_objects_ = true;
        return false;
    case kind::commit:
        if (!in_large_objects_)
            refuse(read.line, "a restore is one transaction, and no statement of the file may begin or end it");
        in_large_objects_ = false;
        return false;
    case kind::copy:
        end_line_before_rows();
        read.copies = true;
        copying_from_ = read.line;
        [[fallthrough]];
    case kind::content:
        ++objects_;
        break;
    case kind::setting:
        if (facts.standard_strings >= 0)
            standard_strings_ = facts.standard_strings == 1;
        break;
    case kind::large_object:
        break;
    }
    locks_ += facts.locks;
    if (!facts.extension.empty())
        extensions_.push_back(facts.extension);
    return true;
}

void plain_dump::end_line_before_rows()
{
    const auto line = line_;
    std::string rest;
    get_line(rest);
    if (!trimmed(rest).empty())
        refuse(line, "something stands behind COPY … FROM stdin, where pg_dump ends the line");
}

std::optional<std::string> plain_dump::next_rows()
{
    if (copying_from_ == 0)
        return std::nullopt;
    std::string rows;
    while (rows.size() < rows_at_a_time) {
        const auto begin = rows.size();
        if (!get_line(rows))
            refuse(copying_from_, "the file ends inside the rows of the COPY that begins here: it is cut off");
        const auto last = std::string_view{rows}.substr(begin);
        if (last == "\\.\n" || last == "\\.\r\n") {
            rows.resize(begin);
            copying_from_ = 0;
            break;
        }
    }
    if (rows.empty())
        return std::nullopt;
    return rows;
}

} // namespace lightdash::ops
