// Finds the ends of SQL statements the way psql does (PostgreSQL source: psqlscan.l), without understanding them.
#include "lightdash/migrate/sql_splitter.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/sql/statement_nesting.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lightdash::migrate {

namespace {

using sql::token;
using sql::token_kind;

std::string upper(std::string_view word)
{
    std::string made{word};
    for (char& c : made)
        if (c >= 'a' && c <= 'z')
            c = static_cast<char>(c - 'a' + 'A');
    return made;
}

class splitter {
public:
    splitter(std::string_view file, std::string_view text, int first_line) : file_(file), text_(text), line_(first_line)
    {}

    std::vector<migration_statement> run()
    {
        sql::lexer all{text_};
        for (auto one = all.next(); one.kind != token_kind::end; one = all.next()) {
            if (!one.closed)
                refuse_unclosed(one);
            take(one);
            line_ += static_cast<int>(std::ranges::count(one.text, '\n'));
        }
        if (nesting_.in_parentheses())
            fail(paren_line_, "a parenthesis is not closed");
        end_statement(text_.size());
        return std::move(statements_);
    }

private:
    void take(const token& one)
    {
        if (!one.is_solid())
            return;
        if (one.is_symbol(";") && nesting_.ends_here())
            return end_statement(one.begin);
        if (one.is_symbol("\\"))
            refuse_meta_command(one.begin);
        begin_statement(one.begin);
        if (one.kind == token_kind::word)
            refuse_rows_of_client(one);
        if (!nesting_.in_parentheses())
            paren_line_ = line_;
        nesting_.take(one);
    }

    [[noreturn]] void refuse_unclosed(const token& one) const
    {
        if (one.kind == token_kind::comment)
            fail(line_, "a comment is not closed");
        if (one.kind == token_kind::name)
            fail(line_, "a quoted name is not closed");
        if (!one.text.starts_with('$'))
            fail(line_, "a quoted text is not closed");
        fail(line_,
             fmt::format("the text quoted with {} is not closed", one.text.substr(0, one.text.find('$', 1) + 1)));
    }

    // What psql does itself never reaches a server; in SQL a backslash means nothing outside of quotes.
    [[noreturn]] void refuse_meta_command(std::size_t at) const
    {
        const auto command = text_.substr(at, text_.find_first_of(" \t\r\n;", at) - at);
        if (command == "\\restrict" || command == "\\unrestrict")
            fail(line_, fmt::format("{} is a line that pg_dump writes for psql alone: take it out", command));
        if (command == "\\.")
            fail(line_, "\\. ends the rows of a COPY for psql alone: write them as INSERT (pg_dump --inserts)");
        fail(line_,
             fmt::format("{} is a command of psql, not of SQL: write what it does as SQL, or take it out", command));
    }

    // COPY … FROM stdin in a file: the rows follow it, and psql alone sends them.
    void refuse_rows_of_client(const token& word)
    {
        if (std::exchange(first_word_, false))
            copies_ = word.is_word("copy");
        if (!copies_)
            return;
        const bool in = word.is_word("stdin");
        if (!nesting_.in_parentheses() && (in || word.is_word("stdout")) &&
            (previous_.is_word("from") || previous_.is_word("to")))
            fail(begin_line_, fmt::format("COPY … {} {} is between psql and the server: {}", upper(previous_.text),
                                          in ? "stdin" : "stdout",
                                          previous_.is_word("from") ? "write the rows as INSERT (pg_dump --inserts)"
                                                                    : "a file cannot take what it sends"));
        previous_ = word;
    }

    void begin_statement(std::size_t at)
    {
        if (std::exchange(begun_, true))
            return;
        begin_ = at;
        begin_line_ = line_;
    }

    void end_statement(std::size_t end)
    {
        if (begun_) {
            auto text = text_.substr(begin_, end - begin_);
            while (!text.empty() && sql::is_blank(text.back()))
                text.remove_suffix(1);
            statements_.push_back({std::string{text}, begin_line_});
        }
        begun_ = copies_ = false;
        first_word_ = true;
        previous_ = {};
        nesting_ = {};
    }

    [[noreturn]] void fail(int line, std::string_view what) const
    {
        throw error{error_kind::configuration, fmt::format("{}:{}: {}.", file_, line, what)};
    }

    std::string_view file_;
    std::string_view text_;
    int line_; // of the token that is looked at

    bool begun_ = false;
    std::size_t begin_ = 0;
    int begin_line_ = 0;
    sql::statement_nesting nesting_;
    int paren_line_ = 0;
    bool first_word_ = true, copies_ = false;
    token previous_; // word, of COPY

    std::vector<migration_statement> statements_;
};

} // namespace

std::vector<migration_statement> split_statements(std::string_view file, std::string_view text, int first_line)
{
    return splitter{file, text, first_line}.run();
}

std::string leading_words(std::string_view statement)
{
    std::string words;
    sql::lexer all{statement};
    for (int count = 0; count < 2; ++count) {
        const auto one = all.next_solid();
        if (one.kind != token_kind::word)
            break;
        words += (words.empty() ? "" : " ") + upper(one.text);
    }
    return words;
}

} // namespace lightdash::migrate
