// The placeholders of raw SQL: `?` a value, `??` a name, `:id` a value and `:id:` a name by what they are called; `\?`
// and `\:` are the characters themselves. Texts, quoted names, comments and `::` casts are left alone.
#pragma once

#include "lightdash/pg/statement.hpp"
#include "lightdash/sql/lexer.hpp"

#include <cstddef>
#include <string_view>

namespace lightdash::sql {

struct raw_part {
    enum class form : unsigned char { text, value, name, named_value, named_name, end };
    form what = form::end;
    std::string_view text; // the text itself, or the name after the colon
};

class raw_scanner {
public:
    // Which kind of placeholders there are: with one kind the other's characters are text.
    constexpr raw_scanner(std::string_view text, bool by_name) : text_(text), by_name_(by_name) {}

    constexpr raw_part next()
    {
        if (at_ == text_.size())
            return {};
        const std::size_t first = at_;
        while (at_ < text_.size()) {
            if (const auto part = placeholder(); part.what != raw_part::form::end) {
                if (at_ != first)
                    return {raw_part::form::text, text_.substr(first, at_ - first)};
                at_ += length_;
                return part;
            }
            if (text_[at_] == '\\' && at_ + 1 < text_.size() && (text_[at_ + 1] == '?' || text_[at_ + 1] == ':')) {
                if (at_ != first)
                    return {raw_part::form::text, text_.substr(first, at_ - first)};
                at_ += 2;
                return {raw_part::form::text, text_.substr(at_ - 1, 1)};
            }
            at_ = after_token();
        }
        return {raw_part::form::text, text_.substr(first, at_ - first)};
    }

    // Whether there is a placeholder of either kind in what is left. `?|` and `?&` are jsonb's operators.
    constexpr bool has_place()
    {
        for (; at_ < text_.size(); at_ = after_token()) {
            const bool escaped = text_[at_] == '\\' && at_ + 1 < text_.size();
            if (escaped && (text_[at_ + 1] == '?' || text_[at_ + 1] == ':'))
                ++at_;
            else if (text_[at_] == '?' && !is_json_operator())
                return true;
            else if (text_[at_] == ':' && at_ + 1 < text_.size() && starts_name(text_[at_ + 1]))
                return true;
        }
        return false;
    }

private:
    static constexpr bool starts_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
    static constexpr bool continues_name(char c) { return starts_name(c) || is_digit(c); }
    constexpr bool here(std::string_view what) const { return text_.substr(at_).starts_with(what); }

    constexpr bool is_json_operator() const { return (here("?|") && !here("?||")) || (here("?&") && !here("?&&")); }

    constexpr raw_part placeholder()
    {
        if (!by_name_ && text_[at_] == '?') {
            const bool name = here("??");
            length_ = name ? 2 : 1;
            return {name ? raw_part::form::name : raw_part::form::value, {}};
        }
        if (by_name_ && text_[at_] == ':' && at_ + 1 < text_.size() && starts_name(text_[at_ + 1])) {
            std::size_t end = at_ + 1;
            while (end < text_.size() && continues_name(text_[end]))
                ++end;
            const auto name = text_.substr(at_ + 1, end - at_ - 1);
            const bool closed = end < text_.size() && text_[end] == ':' && !text_.substr(end).starts_with("::");
            length_ = end - at_ + (closed ? 1 : 0);
            return {closed ? raw_part::form::named_name : raw_part::form::named_value, name};
        }
        return {};
    }

    constexpr std::size_t after_token() const { return lexer{text_, at_}.next().end(); }

    std::string_view text_;
    bool by_name_;
    std::size_t at_ = 0;
    std::size_t length_ = 0;
};

// A literal without values: one that has a place for a value does not compile.
class raw_literal {
public:
    template <std::size_t Size>
    consteval raw_literal(const char (&text)[Size]) : text_(text) // NOLINT(*-explicit-*)
    {
        if (raw_scanner{text_.text(), false}.has_place())
            throw "raw(): the text has a place for a value, `?` or `:name`, but no value is given; write \\? or \\: "
                  "for "
                  "the character";
    }

    constexpr std::string_view text() const noexcept { return text_.text(); }

private:
    pg::sql_literal text_;
};

// A literal with as many placeholders as there are arguments: anything else does not compile.
template <class... Args>
class raw_text {
public:
    template <std::size_t Size>
    consteval raw_text(const char (&text)[Size]) : text_(text) // NOLINT(*-explicit-*)
    {
        if (by_name)
            return; // names are compared when it is built
        raw_scanner scan{text_.text(), false};
        std::size_t count = 0;
        for (auto part = scan.next(); part.what != raw_part::form::end; part = scan.next())
            count += part.what == raw_part::form::text ? 0 : 1;
        if (count != sizeof...(Args))
            throw "raw(): another number of placeholders than of arguments";
    }

    constexpr std::string_view text() const noexcept { return text_.text(); }

    static constexpr bool by_name = (requires { typename Args::is_named_binding; } && ...);

private:
    pg::sql_literal text_;
};

} // namespace lightdash::sql
