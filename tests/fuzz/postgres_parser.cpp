#include "fuzz/postgres_parser.hpp"

#include <boost/json/parse.hpp>

#include <pg_query.h>
#include <pg_query/pg_query.pb-c.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>

namespace lightdash::fuzz {
namespace {

token::kind kind_of(PgQuery__Token token)
{
    switch (token) {
    case PG_QUERY__TOKEN__IDENT:
    case PG_QUERY__TOKEN__UIDENT:
        return token::kind::identifier;
    case PG_QUERY__TOKEN__SCONST:
    case PG_QUERY__TOKEN__USCONST:
        return token::kind::text;
    case PG_QUERY__TOKEN__PARAM:
        return token::kind::parameter;
    case PG_QUERY__TOKEN__SQL_COMMENT:
    case PG_QUERY__TOKEN__C_COMMENT:
        return token::kind::comment;
    default:
        return token::kind::other;
    }
}

// libpg_query takes C strings: what follows a NUL is not seen.
bool has_nul(const std::string& text)
{
    return text.find('\0') != std::string::npos;
}

} // namespace

std::optional<std::vector<token>> tokens_of(const std::string& sql)
{
    if (has_nul(sql))
        return std::nullopt;
    const auto scan = pg_query_scan(sql.c_str());
    std::optional<std::vector<token>> made;
    if (!scan.error) {
        made.emplace();
        auto* tokens = pg_query__scan_result__unpack(nullptr, scan.pbuf.len,
                                                     reinterpret_cast<const std::uint8_t*>(scan.pbuf.data));
        for (std::size_t i = 0; i < tokens->n_tokens; ++i) {
            const auto& one = *tokens->tokens[i];
            made->push_back(
                {kind_of(one.token), static_cast<std::size_t>(one.start), static_cast<std::size_t>(one.end)});
        }
        pg_query__scan_result__free_unpacked(tokens, nullptr);
    }
    pg_query_free_scan_result(scan);
    return made;
}

std::optional<boost::json::value> parsed(const std::string& sql)
{
    if (has_nul(sql))
        return std::nullopt;
    const auto tree = pg_query_parse(sql.c_str());
    std::optional<boost::json::value> made;
    if (!tree.error) {
        boost::system::error_code failed;
        boost::json::parse_options deep;
        deep.max_depth = 1000;
        auto whole = boost::json::parse(tree.parse_tree, failed, {}, deep);
        const auto* statements = failed ? nullptr : whole.as_object().if_contains("stmts");
        if (statements && statements->as_array().size() == 1)
            made = statements->as_array().front().at("stmt");
    }
    pg_query_free_parse_result(tree);
    return made;
}

std::optional<boost::json::value> selected(const std::string& sql)
{
    const auto statement = parsed(sql);
    if (!statement)
        return std::nullopt;
    const auto* select = statement->as_object().if_contains("SelectStmt");
    const auto* targets = select ? select->as_object().if_contains("targetList") : nullptr;
    if (!targets || targets->as_array().size() != 1)
        return std::nullopt;
    return targets->as_array().front().at("ResTarget").at("val");
}

bool is_utf8(std::string_view text)
{
    std::string quoted{'"'};
    for (const char c : text) {
        if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20)
            quoted += '.';
        else
            quoted += c;
    }
    boost::system::error_code failed;
    boost::json::parse(quoted + '"', failed);
    return !failed;
}

void report(std::string_view what, std::string_view input, std::string_view output)
{
    std::fprintf(stderr, "%.*s\n  input:  %.*s\n  output: %.*s\n", static_cast<int>(what.size()), what.data(),
                 static_cast<int>(input.size()), input.data(), static_cast<int>(output.size()), output.data());
    std::abort();
}

} // namespace lightdash::fuzz
