// Finds the ends of SQL statements the way psql does (PostgreSQL source: psqlscan.l), without understanding them.
#include "lightdash/core/error.hpp"
#include "lightdash/migrate/sql_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

namespace lightdash::migrate {

namespace {

bool begins_word(char c)
{
    return std::isalpha(static_cast<unsigned char>(c)) || c == '_' || static_cast<unsigned char>(c) >= 128;
}
bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}
bool continues_word(char c)
{
    return begins_word(c) || is_digit(c) || c == '$';
}
bool is_space(char c) // as PostgreSQL's lexer has it; a vertical tab is none
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

std::string upper(std::string_view word)
{
    std::string made{word};
    std::transform(made.begin(), made.end(), made.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return made;
}

class splitter {
public:
    splitter(std::string_view file, std::string_view text, int first_line) : file_(file), text_(text), line_(first_line)
    {}

    std::vector<migration_statement> run()
    {
        while (at_ < text_.size())
            step();
        if (depth_ > 0)
            fail(paren_line_, "a parenthesis is not closed");
        end_statement(text_.size());
        return std::move(statements_);
    }

private:
    void step()
    {
        const char c = text_[at_];
        if (starts_with("--"))
            return skip_line_comment();
        if (starts_with("/*"))
            return skip_block_comment();
        if (is_space(c))
            return advance(1);
        if (c == ';' && depth_ == 0 && !inside_body()) {
            end_statement(at_);
            return advance(1);
        }
        if (c == ';' && depth_ == 0)
            previous_ = ";";
        if (c == '\\')
            refuse_meta_command();
        begin_statement();
        if (c == '\'')
            return skip_quoted('\'', false);
        if (c == '"')
            return skip_quoted('"', false);
        if (c == '$' && skip_dollar_quoted())
            return;
        if (is_digit(c))
            return skip_digits();
        if (begins_word(c))
            return take_word();
        if (c == '(' && depth_++ == 0)
            paren_line_ = line_;
        if (c == ')' && depth_ > 0)
            --depth_;
        advance(1);
    }

    bool starts_with(std::string_view prefix) const { return text_.substr(at_).starts_with(prefix); }

    void advance(std::size_t count)
    {
        line_ += static_cast<int>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(at_),
                                             text_.begin() + static_cast<std::ptrdiff_t>(at_ + count), '\n'));
        at_ += count;
    }

    // An exponent belongs to its number: what follows is no part of a word, as the $ of 1e0$$ … $$.
    void skip_digits()
    {
        const auto digits_from = [&](std::size_t at) {
            while (at < text_.size() && is_digit(text_[at]))
                ++at;
            return at;
        };
        auto end = digits_from(at_);
        if (end < text_.size() && (text_[end] == 'e' || text_[end] == 'E')) {
            const auto sign = end + 1 < text_.size() && (text_[end + 1] == '+' || text_[end + 1] == '-') ? 1U : 0U;
            if (const auto exponent = end + 1 + sign; digits_from(exponent) > exponent)
                end = digits_from(exponent);
        }
        advance(end - at_);
    }

    void skip_line_comment()
    {
        const auto end = text_.find_first_of("\n\r", at_);
        advance((end == std::string_view::npos ? text_.size() : end) - at_);
    }

    // What psql does itself never reaches a server; in SQL a backslash means nothing outside of quotes.
    [[noreturn]] void refuse_meta_command() const
    {
        const auto command = text_.substr(at_, text_.find_first_of(" \t\r\n;", at_) - at_);
        if (command == "\\restrict" || command == "\\unrestrict")
            fail(line_, fmt::format("{} is a line that pg_dump writes for psql alone: take it out", command));
        if (command == "\\.")
            fail(line_, "\\. ends the rows of a COPY for psql alone: write them as INSERT (pg_dump --inserts)");
        fail(line_,
             fmt::format("{} is a command of psql, not of SQL: write what it does as SQL, or take it out", command));
    }

    void skip_block_comment() // they nest
    {
        const int opened = line_;
        int depth = 0;
        do {
            if (at_ >= text_.size())
                fail(opened, "a comment is not closed");
            const bool opens = starts_with("/*");
            const bool closes = starts_with("*/");
            depth += opens ? 1 : closes ? -1 : 0;
            advance(opens || closes ? 2 : 1);
        } while (depth > 0);
    }

    void skip_quoted(char quote,
                     bool backslashes) // a doubled quote is two quoted texts side by side: it splits the same
    {
        const int opened = line_;
        advance(1);
        while (at_ < text_.size() && text_[at_] != quote)
            advance(std::min(text_.size() - at_, std::size_t{backslashes && text_[at_] == '\\' ? 2U : 1U}));
        if (at_ >= text_.size())
            fail(opened, quote == '"' ? "a quoted name is not closed" : "a quoted text is not closed");
        advance(1);
        if (!backslashes)
            return;
        // E'a''b\'c': the second half is an escape string too, and so is one on the next line.
        if (const auto next = text_.substr(at_).starts_with(quote) ? at_ : continuation(at_); next < text_.size()) {
            advance(next - at_);
            skip_quoted(quote, true);
        }
    }

    // Where a text goes on that ends before `at`: only white space with a line end in it stands between (manual,
    // 4.1.2.1), and comments to the line's end. The text's size when it does not.
    std::size_t continuation(std::size_t at) const
    {
        bool new_line = false;
        for (; at < text_.size(); ++at) {
            if (text_.substr(at).starts_with("--"))
                at = std::min(text_.find_first_of("\n\r", at), text_.size() - 1);
            if (text_[at] == '\'')
                return new_line ? at : text_.size();
            if (!is_space(text_[at]))
                break;
            new_line = new_line || text_[at] == '\n' || text_[at] == '\r';
        }
        return text_.size();
    }

    bool skip_dollar_quoted() // false: a parameter or an operator
    {
        auto end = at_ + 1;
        if (end < text_.size() && begins_word(text_[end]))
            while (end < text_.size() && continues_word(text_[end]) && text_[end] != '$')
                ++end;
        if (end >= text_.size() || text_[end] != '$')
            return false;
        const auto tag = text_.substr(at_, end + 1 - at_);
        const auto close = text_.find(tag, end + 1);
        if (close == std::string_view::npos)
            fail(line_, fmt::format("the text quoted with {} is not closed", tag));
        advance(close + tag.size() - at_);
        return true;
    }

    void take_word()
    {
        auto end = at_;
        while (end < text_.size() && continues_word(text_[end]))
            ++end;
        const auto word = text_.substr(at_, end - at_);
        advance(word.size());
        if ((word == "E" || word == "e") && at_ < text_.size() && text_[at_] == '\'')
            return skip_quoted('\'', true);
        const auto folded = upper(word);
        refuse_rows_of_client(folded);
        follow_body(folded);
    }

    // COPY … FROM stdin in a file: the rows follow it, and psql alone sends them.
    void refuse_rows_of_client(const std::string& word)
    {
        if (words_ == 0)
            copies_ = word == "COPY";
        if (copies_ && depth_ == 0 && (word == "STDIN" || word == "STDOUT") &&
            (previous_ == "FROM" || previous_ == "TO"))
            fail(begin_line_, fmt::format("COPY … {} {} is between psql and the server: {}", previous_,
                                          word == "STDIN" ? "stdin" : "stdout",
                                          previous_ == "FROM" ? "write the rows as INSERT (pg_dump --inserts)"
                                                              : "a file cannot take what it sends"));
        if (copies_)
            previous_ = word;
    }

    // CREATE [OR REPLACE] FUNCTION|PROCEDURE … BEGIN ATOMIC …; …; END: semicolons inside do not end the statement.
    void follow_body(const std::string& word)
    {
        ++words_;
        if (words_ == 1)
            creates_ = word == "CREATE";
        if (creates_ && words_ <= 4 && (word == "FUNCTION" || word == "PROCEDURE"))
            creates_routine_ = true;
        if (!creates_routine_ || depth_ > 0)
            return;
        if (word == "ATOMIC" && previous_ == "BEGIN")
            body_ = 1;
        else if (body_ > 0 && word == "CASE")
            ++body_;
        else if (word == "END" && (body_ > 1 || (body_ == 1 && (previous_ == ";" || previous_ == "ATOMIC"))))
            --body_; // elsewhere it is a column's name: select a end;
        previous_ = word;
    }
    bool inside_body() const { return body_ > 0; }

    void begin_statement()
    {
        if (begun_)
            return;
        begun_ = true;
        begin_ = at_;
        begin_line_ = line_;
    }

    void end_statement(std::size_t end)
    {
        if (begun_) {
            auto text = text_.substr(begin_, end - begin_);
            while (!text.empty() && is_space(text.back()))
                text.remove_suffix(1);
            statements_.push_back({std::string{text}, begin_line_});
        }
        begun_ = copies_ = creates_ = creates_routine_ = false;
        words_ = body_ = 0;
        previous_.clear();
    }

    [[noreturn]] void fail(int line, std::string_view what) const
    {
        throw error{error_kind::configuration, fmt::format("{}:{}: {}.", file_, line, what)};
    }

    std::string_view file_;
    std::string_view text_;
    std::size_t at_ = 0;
    int line_;
    int depth_ = 0; // of parentheses
    int paren_line_ = 0;

    bool begun_ = false;
    std::size_t begin_ = 0;
    int begin_line_ = 0;

    int words_ = 0;
    int body_ = 0; // of BEGIN ATOMIC and the CASEs inside
    bool copies_ = false;
    bool creates_ = false;
    bool creates_routine_ = false;
    std::string previous_;

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
    for (int count = 0; count < 2; ++count) {
        std::size_t end = 0;
        while (end < statement.size() && is_space(statement[end]))
            ++end;
        statement.remove_prefix(end);
        end = 0;
        while (end < statement.size() && continues_word(statement[end]))
            ++end;
        if (end == 0)
            break;
        words += (words.empty() ? "" : " ") + upper(statement.substr(0, end));
        statement.remove_prefix(end);
    }
    return words;
}

} // namespace lightdash::migrate
