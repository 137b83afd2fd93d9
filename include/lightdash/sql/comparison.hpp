// An operator between two values. Checked by the compiler against the list of those that PostgreSQL has.
#pragma once

#include <cstddef>
#include <string_view>

namespace lightdash::sql {

class comparison {
public:
    template <std::size_t Size>
    consteval comparison(const char (&text)[Size]) : text_(text, Size - 1) // NOLINT(*-explicit-*)
    {
        for (const std::string_view known : all)
            if (known == text_)
                return;
        throw "PostgreSQL has no such operator: use one of comparison::all, or raw()";
    }

    constexpr std::string_view text() const noexcept { return text_; }

    // in, between and exists are clauses of their own; "is" and "is not" compare with NULL alone.
    static constexpr std::string_view all[] = {"=",
                                               "<",
                                               ">",
                                               "<=",
                                               ">=",
                                               "<>",
                                               "!=",
                                               "is",
                                               "is not",
                                               "is distinct from",
                                               "is not distinct from",
                                               "like",
                                               "not like",
                                               "ilike",
                                               "not ilike",
                                               "similar to",
                                               "not similar to",
                                               "~",
                                               "~*",
                                               "!~",
                                               "!~*",
                                               "^@",
                                               "&",
                                               "|",
                                               "#",
                                               "<<",
                                               ">>",
                                               "&&",
                                               "@>",
                                               "<@",
                                               "||",
                                               "&<",
                                               "&>",
                                               "-|-",
                                               "@@",
                                               "@?",
                                               "?",
                                               "?|",
                                               "?&"};

private:
    std::string_view text_;
};

} // namespace lightdash::sql
