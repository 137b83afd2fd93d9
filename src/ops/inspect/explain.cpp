#include "lightdash/ops/inspect/explain.hpp"

#include "lightdash/core/counted.hpp"
#include "lightdash/core/error.hpp"
#include "lightdash/ops/inspect/inspection.hpp"
#include "lightdash/pg/types.hpp"
#include "lightdash/sql/identifier.hpp"
#include "lightdash/sql/lexer.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>

namespace lightdash::ops {
namespace {

// PostgreSQL's own word for another kind of statement is "syntax error".
std::string_view hint_of_kind(std::string_view sql);

// PREPARE is not undone by a rollback, and behind a pooler the session is shared: a name that nobody else has.
std::string fresh_name()
{
    static std::atomic<unsigned> made{0};
    return fmt::format("lightdash_explain_{}_{}", ::getpid(), ++made);
}

task<std::int32_t> prepare(pg::session& db, std::string name, std::string sql)
{
    static const pg::statement count{"explain.parameters", R"(
        select coalesce(cardinality(parameter_types), 0) from pg_prepared_statements where name = $1)"};
    const auto prefix = fmt::format("PREPARE {} AS ", name);
    const auto statement = pg::statement::trusted("explain.prepare", prefix + sql);
    try {
        co_await db.execute(statement);
    } catch (const error& refused) {
        const auto* said = refused.database();
        const auto before = static_cast<int>(prefix.size());
        if (!said || said->position <= before)
            throw;
        throw error{error_kind::usage, fmt::format("PostgreSQL refuses the statement: {} ({}).{}", said->message,
                                                   place_of(sql, said->position - before), hint_of_kind(sql))}
            .with_database(*said);
    }
    co_return co_await db.one<std::int32_t>(count, name);
}

std::string argument_list(const explain_request& request, std::int32_t count)
{
    std::string list;
    for (std::int32_t i = 0; i < count; ++i) {
        const auto at = static_cast<std::size_t>(i);
        const auto value = request.parameters.empty() ? std::nullopt : request.parameters[at];
        list += fmt::format("{}{}", i == 0 ? "(" : ", ", value ? sql::quote_literal(*value) : "NULL");
    }
    return list.empty() ? list : list + ")";
}

void check_parameters(const explain_request& request, std::int32_t count)
{
    const auto given = static_cast<std::int32_t>(request.parameters.size());
    const auto parameters = counted(count, "parameter");
    if (given != 0 && given != count)
        throw error{error_kind::usage,
                    fmt::format("The statement has {}, {} {} given.", parameters, given, given == 1 ? "is" : "are")};
    if (count > 0 && given == 0 && request.analyze)
        throw error{error_kind::usage,
                    fmt::format("The statement has {}: to measure it, give each a value (--param, once per parameter, "
                                "in order).",
                                parameters)};
}

// What stands before a statement, token by token.
class explain_scanner {
public:
    explicit explain_scanner(std::string_view text) : all_(text) { next(); }

    std::size_t position() const { return now_.begin; }
    bool at_end() const { return now_.kind == sql::token_kind::end; }
    bool is(std::string_view symbol) const { return now_.is_symbol(symbol); }
    std::string word() const // in small letters; empty when there is none
    {
        return now_.kind == sql::token_kind::word ? sql::identifier_of(now_) : std::string{};
    }
    void next() { now_ = all_.next_solid(); }
    // "(analyze, verbose off, format json)", from its first parenthesis to behind its last one.
    void options(explain_request& into)
    {
        while (!is(")") && !at_end()) {
            next();
            const auto name = word();
            if (name.empty())
                continue;
            next();
            const auto value = word();
            const bool on = value != "off" && value != "false" && now_.text != "0";
            if (name == "analyze" || name == "analyse")
                into.analyze = on;
            if (name == "verbose")
                into.verbose = on;
            while (!is(",") && !is(")") && !at_end())
                next();
        }
        next();
    }

private:
    sql::lexer all_;
    sql::token now_;
};

constexpr std::array planned_words{"select", "with", "insert", "update", "delete", "merge", "values", "table"};

std::string_view hint_of_kind(std::string_view sql)
{
    const explain_scanner at{sql};
    if (at.is("(") || std::ranges::find(planned_words, at.word()) != planned_words.end())
        return "";
    return " A SELECT, INSERT, UPDATE, DELETE, MERGE, VALUES or TABLE can be explained, WITH before it or not.";
}

} // namespace

task<explained> explain_within(pg::session& db, explain_request request)
{
    const auto name = fresh_name();
    const auto count = co_await prepare(db, name, request.sql);
    check_parameters(request, count);
    const bool generic = count > 0 && request.parameters.empty();
    static const pg::statement plan_mode{"explain.plan_mode", "select set_config('plan_cache_mode', $1, true)"};
    const auto explain = pg::statement::trusted(
        "explain.explain",
        fmt::format("EXPLAIN (FORMAT JSON{}{}) EXECUTE {}{}", request.analyze ? ", ANALYZE, BUFFERS" : "",
                    request.verbose ? ", VERBOSE" : "", name, argument_list(request, count)));
    const auto forget = pg::statement::trusted("explain.deallocate", "DEALLOCATE " + name);
    pg::statement_batch together;
    together.add(plan_mode, generic ? "force_generic_plan" : "force_custom_plan");
    const auto plan = together.add(explain);
    together.add(forget);
    co_await db.send(together);
    co_return explained{together.one<pg::json_text>(plan).text, generic};
}

task<explained> explain_statement(pg::database& db, explain_request request, deadline until)
{
    static const pg::statement set_limits{"explain.limits", R"(
        select set_config('statement_timeout', $1, true), set_config('lock_timeout', '2000', true))"};
    auto tx = co_await db.begin({.level = pg::isolation::read_committed, .read_only = !request.analyze}, until);
    co_await tx.execute(set_limits, std::to_string(request.limit.count()));
    auto made = co_await explain_within(tx, std::move(request));
    co_await tx.rollback();
    co_return made;
}

void take_explain_off(explain_request& request, std::string text)
{
    explain_scanner at{text};
    if (at.word() == "explain") {
        at.next();
        if (at.is("(")) {
            at.options(request);
        } else {
            for (auto word = at.word(); word == "analyze" || word == "analyse" || word == "verbose"; word = at.word()) {
                (word == "verbose" ? request.verbose : request.analyze) = true;
                at.next();
            }
        }
        std::ranges::replace_if(
            text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at.position()), [](char c) { return c != '\n'; },
            ' ');
    }
    request.sql = std::move(text);
}

bool is_a_statement(std::string_view text)
{
    explain_scanner at{text};
    const auto first = at.word();
    if (first != "explain" && std::ranges::find(planned_words, first) == planned_words.end())
        return false;
    at.next();
    return at.position() < text.size() && text.find_first_of(" \n\t(", 1) != std::string_view::npos;
}

std::string place_of(std::string_view text, int position)
{
    int line = 1, column = 1, at = 1;
    for (const char c : text) {
        if ((static_cast<unsigned char>(c) & 0xC0U) == 0x80U)
            continue; // the rest of a UTF-8 character
        if (at++ == position)
            break;
        ++column;
        if (c == '\n') {
            ++line;
            column = 1;
        }
    }
    return fmt::format("line {}, column {}", line, column);
}

} // namespace lightdash::ops
