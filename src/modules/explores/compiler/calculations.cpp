#include "modules/explores/compiler/calculations.hpp"

#include "lightdash/sql/lexer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace lightdash::explores {
namespace {

using sql::token_kind;

constexpr std::size_t longest_calculation = 20'000; // bytes

// In the order of the alphabet.
constexpr auto words = std::to_array<std::string_view>(
    {"all",   "and",      "array",     "as",          "asc",       "at",        "between",   "bigint",  "boolean",
     "by",    "case",     "century",   "current",     "date",      "day",       "days",      "decade",  "decimal",
     "desc",  "distinct", "double",    "dow",         "doy",       "else",      "end",       "epoch",   "exclude",
     "false", "filter",   "first",     "float",       "following", "for",       "group",     "hour",    "hours",
     "ilike", "in",       "int",       "integer",     "interval",  "is",        "isodow",    "isoyear", "last",
     "like",  "minute",   "minutes",   "month",       "months",    "not",       "null",      "nulls",   "numeric",
     "or",    "order",    "others",    "over",        "partition", "preceding", "precision", "quarter", "range",
     "real",  "row",      "rows",      "second",      "seconds",   "smallint",  "symmetric", "text",    "then",
     "ties",  "time",     "timestamp", "timestamptz", "true",      "unbounded", "varchar",   "week",    "weeks",
     "when",  "where",    "with",      "within",      "without",   "year",      "years",     "zone"});
constexpr auto functions = std::to_array<std::string_view>({"abs",
                                                            "age",
                                                            "avg",
                                                            "cast",
                                                            "cbrt",
                                                            "ceil",
                                                            "ceiling",
                                                            "char_length",
                                                            "coalesce",
                                                            "concat",
                                                            "concat_ws",
                                                            "corr",
                                                            "count",
                                                            "cume_dist",
                                                            "date_part",
                                                            "date_trunc",
                                                            "degrees",
                                                            "dense_rank",
                                                            "div",
                                                            "exp",
                                                            "extract",
                                                            "first_value",
                                                            "floor",
                                                            "format",
                                                            "greatest",
                                                            "initcap",
                                                            "lag",
                                                            "last_value",
                                                            "lead",
                                                            "least",
                                                            "left",
                                                            "length",
                                                            "ln",
                                                            "log",
                                                            "lower",
                                                            "ltrim",
                                                            "make_date",
                                                            "max",
                                                            "min",
                                                            "mod",
                                                            "mode",
                                                            "nth_value",
                                                            "ntile",
                                                            "nullif",
                                                            "percent_rank",
                                                            "percentile_cont",
                                                            "percentile_disc",
                                                            "pi",
                                                            "position",
                                                            "power",
                                                            "radians",
                                                            "rank",
                                                            "replace",
                                                            "right",
                                                            "round",
                                                            "row_number",
                                                            "rtrim",
                                                            "sign",
                                                            "split_part",
                                                            "sqrt",
                                                            "stddev",
                                                            "stddev_pop",
                                                            "stddev_samp",
                                                            "string_agg",
                                                            "strpos",
                                                            "substr",
                                                            "substring",
                                                            "sum",
                                                            "to_char",
                                                            "to_date",
                                                            "to_number",
                                                            "trim",
                                                            "trunc",
                                                            "upper",
                                                            "var_pop",
                                                            "var_samp",
                                                            "variance",
                                                            "width_bucket"});
// Keywords that stand before a bracket and call nothing.
constexpr auto before_brackets = std::to_array<std::string_view>(
    {"all", "and",  "between", "by",  "case",    "decimal", "distinct", "else", "filter",  "group", "in",
     "is",  "like", "ilike",   "not", "numeric", "or",      "over",     "then", "varchar", "when",  "where"});

template <class List>
bool holds(const List& list, std::string_view word)
{
    return std::ranges::find(list, word) != list.end();
}

[[noreturn]] void refuse(const table_calculation& what, std::string_view why)
{
    throw compile_error(what.name, fmt::format("The table calculation \"{}\" {}.", what.name, why));
}

sql::token solid_behind(std::string_view text, const sql::token& one)
{
    return sql::lexer{text, one.end()}.next_solid();
}

void check_word(const table_calculation& what, const sql::token& one)
{
    const auto word = sql::identifier_of(one);
    const auto next = solid_behind(*what.sql, one);
    const bool calls = next.is_symbol("(");
    const bool known =
        calls ? holds(functions, word) || holds(before_brackets, word) : holds(words, word) || word == "from";
    if (!known)
        refuse(what,
               fmt::format("holds {} \"{}\", which is not known here: other fields are written as ${{table.field}}",
                           calls ? "the function" : "the word", one.text));
}

// `from` and `for` are words of EXTRACT(… FROM …), SUBSTRING(… FROM … FOR …) and TRIM(… FROM …); a SELECT, TABLE or
// VALUES, without which no query is made of them, is no word of the list.
void check(const table_calculation& what)
{
    for (sql::lexer from{*what.sql};;) {
        const auto one = from.next();
        if (one.kind == token_kind::end)
            return;
        if (one.is_symbol("$") && std::string_view{*what.sql}.substr(one.end()).starts_with('{')) {
            const auto end = what.sql->find('}', one.end());
            if (end == std::string::npos)
                refuse(what, "has a reference that does not end");
            from = sql::lexer{*what.sql, end + 1};
        } else if (one.kind == token_kind::word) {
            check_word(what, one);
        } else if (one.kind == token_kind::name) {
            refuse(what, "holds a quoted name: other fields are written as ${table.field}");
        } else if (one.is_symbol(".")) {
            refuse(what, "holds a name with a dot: other fields are written as ${table.field}");
        }
    }
}

std::string window(const calculation_template& what, bool ordered, const resolver& resolve)
{
    std::string made;
    for (const auto& field : what.partition_by.value_or(std::vector<std::string>{}))
        made += (made.empty() ? "PARTITION BY " : ", ") + resolve(field);
    std::string order;
    if (ordered)
        for (const auto& field : what.order_by.value_or(std::vector<calculation_order>{}))
            order += fmt::format("{}{}{}", order.empty() ? "ORDER BY " : ", ", resolve(field.field_id),
                                 field.order.value_or("asc") == "desc" ? " DESC" : "");
    return made + (made.empty() || order.empty() ? "" : " ") + order;
}

} // namespace

std::string calculation_sql(const table_calculation& what, const resolver& resolve)
{
    if (what.template_)
        return template_sql(*what.template_, resolve);
    if (!what.sql)
        refuse(what, "has neither sql nor a template");
    if (what.sql->size() > longest_calculation)
        refuse(what, fmt::format("is longer than {} bytes", longest_calculation));
    check(what);
    return expand(*what.sql, what.name, resolve);
}

std::string template_sql(const calculation_template& what, const resolver& resolve)
{
    const auto field = resolve(what.field_id);
    const auto ordered = window(what, true, resolve), whole = window(what, false, resolve);
    switch (what.type) {
    case calculation_kind::percent_change_from_previous:
        return fmt::format("({0}::double precision / NULLIF(LAG({0}) OVER ({1}), 0)) - 1", field, ordered);
    case calculation_kind::percent_of_previous_value:
        return fmt::format("{0}::double precision / NULLIF(LAG({0}) OVER ({1}), 0)", field, ordered);
    case calculation_kind::percent_of_column_total:
        return fmt::format("{0}::double precision / NULLIF(SUM({0}) OVER ({1}), 0)", field, whole);
    case calculation_kind::rank_in_column:
        return fmt::format("RANK() OVER ({}{}ORDER BY {} ASC)", whole, whole.empty() ? "" : " ", field);
    case calculation_kind::running_total:
        break;
    }
    return fmt::format("SUM({}) OVER ({}{}ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)", field, ordered,
                       ordered.empty() ? "" : " ");
}

} // namespace lightdash::explores
