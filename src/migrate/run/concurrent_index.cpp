#include "migrate/run/concurrent_index.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>
#include <vector>

namespace lightdash::migrate {

namespace {

bool in_word(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' || static_cast<unsigned char>(c) >= 128;
}

struct token {
    std::string text; // words folded to lower case, quoted names as they are written
    bool quoted = false;
    bool is(std::string_view word) const { return !quoted && text == word; }
};

// The first tokens of a statement: words, quoted names and single characters. Comments are left out.
class tokens {
public:
    explicit tokens(std::string_view text) : text_(text) {}

    token next()
    {
        skip_blanks();
        if (text_.empty())
            return {};
        if (text_.front() == '"')
            return quoted();
        std::size_t end = 0;
        while (end < text_.size() && in_word(text_[end]))
            ++end;
        return take(std::max<std::size_t>(end, 1));
    }

private:
    void skip_blanks()
    {
        for (;;) {
            if (!text_.empty() && std::isspace(static_cast<unsigned char>(text_.front())))
                text_.remove_prefix(1);
            else if (text_.starts_with("--"))
                text_.remove_prefix(std::min(text_.find('\n'), text_.size()));
            else if (text_.starts_with("/*"))
                skip_comment();
            else
                return;
        }
    }
    void skip_comment() // they nest
    {
        int depth = 0;
        do {
            const bool opens = text_.starts_with("/*");
            const bool closes = text_.starts_with("*/");
            depth += opens ? 1 : closes ? -1 : 0;
            text_.remove_prefix(std::min<std::size_t>(opens || closes ? 2 : 1, text_.size()));
        } while (depth > 0 && !text_.empty());
    }
    token quoted()
    {
        token made{{}, true};
        std::size_t at = 1;
        for (; at < text_.size(); ++at) {
            if (text_[at] == '"' && (at + 1 == text_.size() || text_[at + 1] != '"'))
                break;
            at += text_[at] == '"';
            made.text += text_[std::min(at, text_.size() - 1)];
        }
        text_.remove_prefix(std::min(at + 1, text_.size()));
        return made;
    }
    token take(std::size_t length)
    {
        token made{std::string{text_.substr(0, length)}, false};
        for (auto& c : made.text)
            c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        text_.remove_prefix(length);
        return made;
    }

    std::string_view text_;
};

std::vector<token> first_tokens(std::string_view statement, std::size_t most)
{
    tokens all{statement};
    std::vector<token> made;
    while (made.size() < most) {
        made.push_back(all.next());
        if (made.back().text.empty() && !made.back().quoted)
            break;
    }
    made.resize(most); // empty tokens: no bounds to think of
    return made;
}

std::string quoted_again(const token& name)
{
    if (!name.quoted)
        return name.text;
    std::string made = "\"";
    for (const char c : name.text)
        made += c == '"' ? std::string{"\"\""} : std::string{c};
    return made + '"';
}

constexpr std::size_t enough_tokens = 20;

// From IF NOT EXISTS or the name on.
built_index index_named_at(const std::vector<token>& t, std::size_t at)
{
    built_index made{{}, {}, false};
    made.if_missing = t[at].is("if") && t[at + 1].is("not") && t[at + 2].is("exists");
    if (made.if_missing)
        at += 3;
    if (!t[at].is("on"))
        made.name = t[at++].text;
    at += t[at].is("on");
    at += t[at].is("only");
    made.table = quoted_again(t[at]);
    if (t[at + 1].is("."))
        made.table += "." + quoted_again(t[at + 2]);
    return made;
}

} // namespace

std::optional<built_index> index_built_by(std::string_view statement)
{
    const auto t = first_tokens(statement, enough_tokens);
    std::size_t at = t[0].is("create") && t[1].is("unique") ? 2 : 1;
    const bool creates = t[0].is("create") && t[at].is("index") && t[at + 1].is("concurrently");
    const bool rebuilds = t[0].is("reindex") && t[1].is("index") && t[2].is("concurrently");
    if (!creates && !rebuilds)
        return std::nullopt;
    at += 2;
    if (rebuilds) {
        if (t[at + 1].is("."))
            at += 2;
        return built_index{t[at].text, {}, true};
    }
    return index_named_at(t, at);
}

std::optional<built_index> index_built_if_missing(std::string_view statement)
{
    const auto t = first_tokens(statement, enough_tokens);
    const std::size_t at = t[0].is("create") && t[1].is("unique") ? 2 : 1;
    if (!t[0].is("create") || !t[at].is("index"))
        return std::nullopt;
    auto made = index_named_at(t, at + 1);
    return made.if_missing ? std::optional{std::move(made)} : std::nullopt;
}

} // namespace lightdash::migrate
