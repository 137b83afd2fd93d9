#include "modules/explores/compiler/fragment.hpp"

#include "lightdash/json/json.hpp"
#include "lightdash/sql/lexer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lightdash::explores {
namespace {

using sql::token;
using sql::token_kind;

error about_field(error_kind kind, std::string_view field_id, std::string message)
{
    std::string data = R"({"fieldId":)";
    json::write_text(data, field_id);
    return error{kind, std::move(message)}.with_data(data + '}');
}

class expansion {
public:
    expansion(std::string_view sql, std::string_view owner, const resolver& resolve)
        : sql_(sql), owner_(owner), resolve_(resolve)
    {}

    std::string whole()
    {
        for (sql::lexer from{sql_};;) {
            const auto one = from.next();
            if (one.kind == token_kind::end)
                break;
            if (const auto at = reference_in(one); at != std::string_view::npos)
                from = sql::lexer{sql_, take_reference(one, at)};
            else
                take(one);
            if (made_.size() > longest_sql)
                refuse(fmt::format("becomes more than {} bytes of SQL", longest_sql));
        }
        if (!open_.empty())
            refuse("has a bracket that is not closed");
        const auto begin = made_.find_first_not_of(" \t\r\n\f");
        if (begin == std::string::npos)
            refuse("is empty");
        return made_.substr(begin, made_.find_last_not_of(" \t\r\n\f") + 1 - begin);
    }

private:
    [[noreturn]] void refuse(std::string_view why) const
    {
        throw compile_error(owner_, fmt::format("The SQL of \"{}\" {}.", owner_, why));
    }

    // Where "${" begins in or behind the token: $ is a symbol there, or the end of a word.
    std::size_t reference_in(const token& one) const
    {
        const bool may_end_so = one.kind == token_kind::symbol || one.kind == token_kind::word;
        const bool is_one = may_end_so && one.text.ends_with('$') && sql_.substr(one.end()).starts_with('{');
        return is_one ? one.end() - 1 : std::string_view::npos;
    }
    std::size_t take_reference(const token& one, std::size_t at)
    {
        made_ += one.text.substr(0, at - one.begin);
        const auto end = sql_.find('}', at);
        if (end == std::string_view::npos)
            refuse("has a reference that does not end");
        auto name = sql_.substr(at + 2, end - at - 2);
        name.remove_prefix(std::min(name.find_first_not_of(" \t\r\n"), name.size()));
        name = name.substr(0, name.find_last_not_of(" \t\r\n") + 1);
        if (name.starts_with("lightdash.") || name.starts_with("ld."))
            refuse(fmt::format("refers to ${{{}}}: user attributes and parameters are not supported", name));
        made_ += resolve_(name);
        return end + 1;
    }

    void take(const token& one)
    {
        if (!one.closed)
            refuse("has a quote or a comment that does not end");
        if (one.kind == token_kind::comment) {
            made_ += ' ';
            return;
        }
        if ((one.kind == token_kind::text || one.kind == token_kind::name) &&
            one.text.find("${") != std::string_view::npos)
            refuse("has a reference inside of quotes");
        if (one.kind == token_kind::parameter)
            refuse("has a parameter of its own");
        if (one.kind == token_kind::symbol)
            take_symbol(one.text);
        made_ += one.text;
    }
    void take_symbol(std::string_view symbol)
    {
        if (symbol == ";")
            refuse("has a semicolon");
        if (symbol == "," && open_.empty())
            refuse("is more than one expression");
        if (symbol == "(" || symbol == "[")
            open_ += symbol == "(" ? ')' : ']';
        if (symbol == ")" || symbol == "]") {
            if (open_.empty() || open_.back() != symbol[0])
                refuse("closes a bracket that it did not open");
            open_.pop_back();
        }
    }

    std::string_view sql_, owner_;
    const resolver& resolve_;
    std::string made_, open_;
};

} // namespace

error compile_error(std::string_view field_id, std::string message)
{
    return about_field(error_kind::compile_failed, field_id, std::move(message));
}

error reference_error(std::string_view field_id, std::string message)
{
    return about_field(error_kind::unknown_field, field_id, std::move(message));
}

std::string expand(std::string_view sql, std::string_view owner, const resolver& resolve)
{
    return expansion{sql, owner, resolve}.whole();
}

std::string in_brackets(std::string sql)
{
    sql::lexer from{sql};
    for (bool dot = false;; dot = !dot) { // name.name.name
        const auto one = from.next();
        if (one.kind == token_kind::end)
            return sql;
        const bool fits = dot ? one.is_symbol(".") : one.kind == token_kind::name || one.kind == token_kind::word;
        if (!fits)
            return '(' + std::move(sql) + ')';
    }
}

} // namespace lightdash::explores
