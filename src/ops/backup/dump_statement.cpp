#include "ops/backup/dump_statement.hpp"

#include "lightdash/sql/lexer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace lightdash::ops {
namespace {

using kind = dump_statement_facts::kind;

void make_upper(std::string& text)
{
    for (char& c : text)
        if (c >= 'a' && c <= 'z')
            c = static_cast<char>(c - 'a' + 'A');
}

// Words in capitals, quoted names with their quotes, texts as one quote.
class tokens {
public:
    tokens(std::string_view text, bool standard_strings) : all_(text, 0, standard_strings) { advance(); }

    const std::string& now() const noexcept { return now_; } // "" at the end
    bool at_end() const noexcept { return now_.empty(); }
    bool is_name() const noexcept
    {
        return token_.kind == sql::token_kind::word || token_.kind == sql::token_kind::name;
    }
    std::string identifier() const { return sql::identifier_of(token_); } // as the catalog has it
    bool take(std::string_view wanted)
    {
        const bool there = now_ == wanted;
        if (there)
            advance();
        return there;
    }
    bool take_one_of(std::initializer_list<std::string_view> wanted)
    {
        return std::ranges::any_of(wanted, [&](auto one) { return take(one); });
    }
    bool take_name()
    {
        const bool there = is_name();
        if (there)
            advance();
        return there;
    }
    bool take_qualified_name()
    {
        if (!take_name())
            return false;
        while (take("."))
            if (!take_name())
                return false;
        return true;
    }
    void advance()
    {
        token_ = all_.next_solid();
        now_ = token_.kind == sql::token_kind::text ? std::string{"'"} : std::string{token_.text};
        if (token_.kind == sql::token_kind::word)
            make_upper(now_);
    }

private:
    sql::lexer all_;
    sql::token token_;
    std::string now_;
};

dump_statement_facts refused(std::string why)
{
    return {.what = kind::refused, .why = std::move(why), .extension = {}};
}
dump_statement_facts content(std::uint32_t locks = 0)
{
    return {.what = kind::content, .why = {}, .extension = {}, .locks = locks};
}
dump_statement_facts not_pg_dumps()
{
    return refused("pg_dump writes no such statement: run the file with psql if you trust it");
}
dump_statement_facts of_the_server(std::string_view what)
{
    return refused(
        fmt::format("this reaches beyond one database ({}): take a dump that pg_dump made without --create", what));
}

// Encodings in which a byte of a character may look like a quote or a backslash: PostgreSQL manual, table "PostgreSQL
// Character Sets", those that no server may have.
bool has_ascii_inside(std::string_view encoding)
{
    static constexpr std::array<std::string_view, 8> names{"BIG5", "GB18030",        "GBK",   "JOHAB", "SJIS",
                                                           "UHC",  "SHIFT_JIS_2004", "WIN950"};
    return std::ranges::find(names, encoding) != names.end();
}

std::string literal_in(std::string_view text)
{
    const auto first = text.find('\'');
    const auto last = text.rfind('\'');
    std::string found{first == last ? std::string_view{} : text.substr(first + 1, last - first - 1)};
    make_upper(found);
    return found;
}

dump_statement_facts judge_set(tokens words, std::string_view text)
{
    dump_statement_facts made{.what = kind::setting, .why = {}, .extension = {}};
    if (words.now() == "TRANSACTION" || words.now() == "CONSTRAINTS" || words.now() == "LOCAL")
        return not_pg_dumps();
    if (words.take("STANDARD_CONFORMING_STRINGS")) {
        words.take_one_of({"=", "TO"});
        if (words.now() != "ON" && words.now() != "OFF")
            return not_pg_dumps();
        made.standard_strings = words.now() == "ON" ? 1 : 0;
    } else if (words.take("CLIENT_ENCODING")) {
        if (const auto encoding = literal_in(text); has_ascii_inside(encoding))
            return refused(fmt::format("the dump is written in {}, which cannot be told apart safely: make it again "
                                       "with pg_dump --encoding=UTF8",
                                       encoding));
    }
    return made;
}

// Calls of the functions that pg_dump calls, with constants.
dump_statement_facts judge_select(tokens words)
{
    static constexpr std::array<std::string_view, 3> of_large_objects{"LO_OPEN", "LOWRITE", "LO_CLOSE"};
    static constexpr std::array<std::string_view, 6> known{"SETVAL",
                                                           "LO_CREATE",
                                                           "LO_UNLINK",
                                                           "PG_RESTORE_RELATION_STATS",
                                                           "PG_RESTORE_ATTRIBUTE_STATS",
                                                           "PG_RESTORE_EXTENDED_STATS"};
    if (words.take("*") && !words.take("FROM"))
        return not_pg_dumps();
    if (words.take("PG_CATALOG") && !words.take("."))
        return not_pg_dumps();
    const auto function = words.now();
    words.advance();
    if (!words.take("("))
        return not_pg_dumps();
    if (function == "LO_UNLINK" && words.take("OID")) // with --clean --if-exists
        return words.take(")") && words.take("FROM") && words.take("PG_CATALOG") && words.take(".") &&
                       words.take("PG_LARGEOBJECT_METADATA") && words.take("WHERE") && words.take("OID") &&
                       words.take("=") && words.take("'") && words.at_end()
                   ? content()
                   : not_pg_dumps();
    bool closed = false;
    for (; !words.at_end(); words.advance()) {
        if (words.now() == "(" || closed)
            return not_pg_dumps();
        closed = words.now() == ")";
    }
    if (function == "SET_CONFIG")
        return {.what = kind::setting, .why = {}, .extension = {}};
    if (std::ranges::find(of_large_objects, function) != of_large_objects.end())
        return {.what = kind::large_object, .why = {}, .extension = {}};
    if (std::ranges::find(known, function) == known.end())
        return not_pg_dumps();
    return content();
}

bool of_server(const std::string& object)
{
    return object == "DATABASE" || object == "ROLE" || object == "GROUP" || object == "TABLESPACE" ||
           object == "SYSTEM" || object == "PARAMETER";
}

// Of CREATE, at least: what has a file of its own stays locked. TOAST tables are not seen here.
std::uint32_t locks_of(const std::string& object)
{
    return object == "TABLE" || object == "INDEX" || object == "SEQUENCE" || object == "VIEW" ||
                   object == "MATERIALIZED"
               ? 1
               : 0;
}

// CREATE, ALTER, DROP: everything but what belongs to the server as a whole.
dump_statement_facts judge_definition(tokens words, bool creates)
{
    if (words.take("OR"))
        words.take("REPLACE");
    while (words.take_one_of({"UNLOGGED", "FOREIGN", "UNIQUE", "EVENT", "TRUSTED", "PROCEDURAL", "RECURSIVE"})) {
    }
    if (of_server(words.now()))
        return of_the_server(words.now());
    if (words.take("USER") && words.now() != "MAPPING")
        return of_the_server("USER");
    if (!creates) {
        if (!words.take("TABLE"))
            return content(words.take("LARGE") ? 1 : 0);
        for (; !words.at_end(); words.advance()) // ADD CONSTRAINT name PRIMARY KEY: an index
            if (words.take_one_of({"PRIMARY", "UNIQUE", "EXCLUDE"}))
                return content(1);
        return content();
    }
    auto made = content(locks_of(words.now()));
    if (words.take("TABLE") && words.take_qualified_name() && words.now() == "AS")
        return not_pg_dumps(); // it would run a query
    if (words.take("EXTENSION")) {
        if (words.take("IF") && !(words.take("NOT") && words.take("EXISTS")))
            return not_pg_dumps();
        made.extension = words.identifier();
    }
    return made;
}

// COMMENT ON, SECURITY LABEL FOR provider ON, GRANT … ON, REVOKE … ON
dump_statement_facts judge_on_object(tokens words)
{
    for (; !words.at_end(); words.advance())
        if (words.take("ON"))
            return of_server(words.now()) ? of_the_server(words.now()) : content();
    return of_the_server("membership in a role");
}

// INSERT INTO table … VALUES (constants), …, and nothing that calls or asks.
dump_statement_facts judge_insert(tokens words)
{
    if (!words.take("INTO") || !words.take_qualified_name())
        return not_pg_dumps();
    if (words.take("("))
        do
            if (!words.take_name())
                return not_pg_dumps();
        while (words.take(","));
    words.take(")");
    if (words.take("OVERRIDING") && !(words.take_one_of({"SYSTEM", "USER"}) && words.take("VALUE")))
        return not_pg_dumps();
    words.take("DEFAULT");
    if (!words.take("VALUES"))
        return not_pg_dumps();
    bool inside = false;
    for (; !words.at_end(); words.advance()) {
        if ((words.now() == "(" && inside) || words.now() == "SELECT" || words.now() == "RETURNING")
            return not_pg_dumps();
        inside = words.now() == "(" || (inside && words.now() != ")");
    }
    return content();
}

dump_statement_facts judge_copy(tokens words)
{
    if (!words.take_qualified_name())
        return not_pg_dumps();
    if (words.take("(")) {
        do
            if (!words.take_name())
                return words.take(")") && words.take("FROM") && words.take("STDIN") && words.at_end()
                           ? dump_statement_facts{.what = kind::copy, .why = {}, .extension = {}}
                           : not_pg_dumps();
        while (words.take(","));
        if (!words.take(")"))
            return not_pg_dumps();
    }
    if (!words.take("FROM") || !words.take("STDIN") || !words.at_end())
        return not_pg_dumps();
    return {.what = kind::copy, .why = {}, .extension = {}};
}

} // namespace

dump_statement_facts judge_dump_statement(std::string_view text, bool standard_strings)
{
    tokens words{text, standard_strings};
    const auto verb = words.now();
    words.advance();
    if (verb == "SET")
        return judge_set(words, text);
    if (verb == "SELECT")
        return judge_select(words);
    if (verb == "COPY")
        return judge_copy(words);
    if (verb == "CREATE" || verb == "ALTER" || verb == "DROP")
        return judge_definition(words, verb == "CREATE");
    if (verb == "COMMENT" || verb == "SECURITY" || verb == "GRANT" || verb == "REVOKE")
        return judge_on_object(words);
    if (verb == "INSERT")
        return judge_insert(words);
    if (verb == "REFRESH" && words.now() == "MATERIALIZED")
        return content();
    if ((verb == "BEGIN" || verb == "COMMIT") && words.at_end())
        return {.what = verb == "BEGIN" ? kind::begin : kind::commit, .why = {}, .extension = {}};
    if (verb == "COMMIT" || verb == "ROLLBACK" || verb == "END" || verb == "ABORT" || verb == "BEGIN" ||
        verb == "START" || verb == "PREPARE" || verb == "SAVEPOINT" || verb == "RELEASE")
        return refused("a restore is one transaction, and no statement of the file may begin or end it");
    return not_pg_dumps();
}

} // namespace lightdash::ops
