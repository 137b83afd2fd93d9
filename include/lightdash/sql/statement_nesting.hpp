// Which semicolons end a statement: none in parentheses, nor in the body of a function or procedure that is written
// BEGIN ATOMIC … END, as psql has it (PostgreSQL's source: psqlscan.l).
#pragma once

#include "lightdash/sql/lexer.hpp"

namespace lightdash::sql {

class statement_nesting {
public:
    // Each token of the statement, in order.
    void take(const token& one);

    bool in_parentheses() const noexcept { return parentheses_ > 0; }
    bool in_body() const noexcept { return body_ > 0; }
    bool ends_here() const noexcept { return !in_parentheses() && !in_body(); } // at a semicolon that comes now

private:
    enum class last_word : unsigned char { other, begin, atomic, semicolon };

    void take_word(const token& word);

    int parentheses_ = 0;
    int words_ = 0;
    int body_ = 0; // of BEGIN ATOMIC and the CASEs inside
    bool creates_ = false, creates_routine_ = false;
    last_word previous_ = last_word::other;
};

} // namespace lightdash::sql
