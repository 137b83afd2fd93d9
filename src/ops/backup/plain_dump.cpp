// Where the lexer were wrong, a statement would be cut at the wrong place and the server refuse it: nothing here is a
// command of this program.
#include "ops/backup/plain_dump.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/core/text_file.hpp"
#include "lightdash/core/utf8.hpp"
#include "lightdash/sql/statement_nesting.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lightdash::ops {
namespace {

using sql::token_kind;

constexpr std::size_t largest_statement = std::size_t{1} << 30; // PostgreSQL takes no larger one
constexpr std::size_t rows_at_a_time = 64 * 1024;
constexpr std::size_t block = 64 * 1024;
constexpr std::string_view first_line = "PostgreSQL database dump";
constexpr std::string_view last_line = "PostgreSQL database dump complete";
constexpr std::string_view cluster_line = "PostgreSQL database cluster dump"; // of pg_dumpall

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && sql::is_blank(text.back()))
        text.remove_suffix(1);
    while (!text.empty() && sql::is_blank(text.front()))
        text.remove_prefix(1);
    return text;
}

} // namespace

plain_dump::plain_dump(std::string name, std::istream& in) : name_(std::move(name)), in_(in)
{
    read_more();
    if (const auto why = no_text_because(std::string_view{window_}.substr(0, 4096)); !why.empty())
        refuse(1, why);
    if (window_.starts_with(byte_order_mark))
        begin_ = at_ = byte_order_mark.size();
}

void plain_dump::refuse(std::uint64_t line, std::string_view why) const
{
    throw error{error_kind::usage, fmt::format("{}:{}: {}. Nothing was changed.", name_, line, why)};
}

// As much again as is held, so that a long statement is not scanned too often. False at the end of the file.
bool plain_dump::read_more()
{
    window_.erase(0, begin_);
    at_ -= begin_;
    begin_ = 0;
    const auto held = window_.size();
    if (held > largest_statement)
        refuse(line_, "this statement is longer than PostgreSQL takes");
    window_.resize(held + std::max(block, held));
    in_.read(window_.data() + held, static_cast<std::streamsize>(window_.size() - held));
    const auto size = static_cast<std::size_t>(in_.gcount());
    window_.resize(held + size);
    read_ += size;
    return size > 0;
}

// The token that is next, whole.
sql::token plain_dump::peek()
{
    for (bool more = true;; more = read_more()) { // which moves the text, also at the end of the file
        const auto next = sql::lexer{window_, at_, standard_strings_}.next();
        if (next.decided || !more)
            return next;
    }
}

std::string_view plain_dump::take(std::size_t size)
{
    const auto taken = std::string_view{window_}.substr(at_, size);
    if (taken.find('\0') != std::string_view::npos)
        refuse(line_, "a NUL byte stands outside of the rows of a COPY, where pg_dump writes none");
    at_ += size;
    line_ += static_cast<std::uint64_t>(std::ranges::count(taken, '\n'));
    line_begins_ = taken.ends_with('\n');
    return taken;
}

std::optional<std::string_view> plain_dump::take_line()
{
    begin_ = at_;
    std::size_t end = 0;
    for (auto from = at_; (end = window_.find('\n', from)) == std::string::npos;) {
        from = window_.size() - begin_; // as it stands when more is read
        if (!read_more())
            return std::nullopt;
    }
    const auto line = std::string_view{window_}.substr(at_, end + 1 - at_);
    begin_ = at_ = end + 1;
    ++line_;
    line_begins_ = true;
    return line;
}

std::optional<dump_statement> plain_dump::next()
{
    while (copying_from_ != 0)
        next_rows();
    for (;;) {
        if (!skip_to_statement()) {
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

// False at the end of the file.
bool plain_dump::skip_to_statement()
{
    for (;;) {
        begin_ = at_;
        const auto next = peek();
        if (next.kind == token_kind::end)
            return false;
        if (next.is_symbol("\\")) {
            obey_backslash(line_begins_);
            continue;
        }
        if (next.is_solid() && !next.is_symbol(";"))
            return true;
        if (!next.closed)
            refuse_cut_off(next);
        if (next.kind == token_kind::comment)
            read_comment(next.text);
        take(next.text.size());
    }
}

void plain_dump::read_comment(std::string_view comment)
{
    if (!comment.starts_with("--"))
        return;
    const auto said = trimmed(comment.substr(2));
    if (said == cluster_line)
        refuse(line_, "pg_dumpall wrote this, for a whole server: restore a dump of one database, from pg_dump");
    if (said == first_line) {
        header_ = true;
        complete_ = false;
    } else if (said == last_line) {
        complete_ = header_;
    }
}

// psql's commands: pg_dump writes \restrict and \unrestrict, and \connect with --create.
void plain_dump::obey_backslash(bool may_restrict)
{
    const auto line = line_;
    const auto whole = take_line();
    const auto command = trimmed(whole ? *whole : std::string_view{window_}.substr(at_));
    const auto word = command.substr(0, std::min(command.find_first_of(" \t"), command.size()));
    if (whole && may_restrict && (word == "\\restrict" || word == "\\unrestrict"))
        return;
    if (word == "\\connect" || word == "\\c")
        refuse(line, fmt::format("{} changes to another database: pg_dump writes it with --create; make the dump "
                                 "without that",
                                 word));
    refuse(line, fmt::format("{} is a command of psql's, and none of them is run: pg_dump writes none here. Run the "
                             "file with psql if you trust it",
                             utf8_prefix(word, 40)));
}

void plain_dump::refuse_cut_off(const sql::token& inside) const
{
    refuse(line_, fmt::format("the file ends inside the {} here: it is cut off",
                              inside.kind == token_kind::comment ? "comment that begins"
                              : inside.text.starts_with('$')     ? "text that begins"
                                                                 : "quotes that begin"));
}

std::string plain_dump::read_statement()
{
    const auto begin = line_;
    sql::statement_nesting nesting;
    for (;;) {
        const auto next = peek();
        if (next.kind == token_kind::end)
            refuse(begin, "the file ends inside the statement that begins here: it is cut off");
        if (!next.closed)
            refuse_cut_off(next);
        if (next.is_symbol("\\"))
            obey_backslash(false);
        if (next.is_symbol(";") && nesting.ends_here()) {
            auto text = window_.substr(begin_, at_ - begin_);
            take(1);
            return text;
        }
        nesting.take(next);
        take(next.text.size());
    }
}

bool plain_dump::accept(dump_statement& read)
{
    using kind = dump_statement_facts::kind;
    const auto facts = judge_dump_statement(read.text, standard_strings_);
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
    const auto rest = take_line();
    if (rest && !trimmed(*rest).empty())
        refuse(line, "something stands behind COPY … FROM stdin, where pg_dump ends the line");
}

std::optional<std::string> plain_dump::next_rows()
{
    if (copying_from_ == 0)
        return std::nullopt;
    std::string rows;
    while (rows.size() < rows_at_a_time) {
        const auto line = take_line();
        if (!line)
            refuse(copying_from_, "the file ends inside the rows of the COPY that begins here: it is cut off");
        if (*line == "\\.\n" || *line == "\\.\r\n") {
            copying_from_ = 0;
            break;
        }
        rows += *line;
    }
    if (rows.empty())
        return std::nullopt;
    return rows;
}

} // namespace lightdash::ops
