#include "lightdash/sql/statement_nesting.hpp"

namespace lightdash::sql {

void statement_nesting::take(const token& one)
{
    if (one.kind == token_kind::word)
        return take_word(one);
    if (one.is_symbol("("))
        ++parentheses_;
    else if (one.is_symbol(")"))
        parentheses_ -= parentheses_ > 0 ? 1 : 0;
    else if (one.is_symbol(";") && !in_parentheses())
        previous_ = last_word::semicolon;
}

void statement_nesting::take_word(const token& word)
{
    ++words_;
    if (words_ == 1)
        creates_ = word.is_word("create");
    if (creates_ && words_ <= 4 && (word.is_word("function") || word.is_word("procedure")))
        creates_routine_ = true;
    if (!creates_routine_ || in_parentheses())
        return;
    const bool begins_statement = previous_ == last_word::semicolon || previous_ == last_word::atomic;
    if (word.is_word("atomic") && previous_ == last_word::begin)
        body_ = 1;
    else if (in_body() && word.is_word("case"))
        ++body_;
    else if (word.is_word("end") && (body_ > 1 || (in_body() && begins_statement)))
        --body_; // elsewhere it is a column's name: select a end;
    previous_ = word.is_word("begin")    ? last_word::begin
                : word.is_word("atomic") ? last_word::atomic
                                         : last_word::other;
}

} // namespace lightdash::sql
