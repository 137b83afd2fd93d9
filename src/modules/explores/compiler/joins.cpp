#include "modules/explores/compiler/joins.hpp"

#include "lightdash/sql/lexer.hpp"
#include "modules/explores/compiler/fragment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace lightdash::explores {
namespace {

const std::vector<joined_table> no_joins;

const std::vector<joined_table>& joins_of(const explore& over)
{
    return over.joined_tables ? *over.joined_tables : no_joins;
}

std::string source_of(const explore& over, fields& of, const std::string& name)
{
    const auto& sql = of.table_of(name, over.name).sql_table;
    const auto source = expand(sql, name, [&](std::string_view reference) -> std::string {
        throw compile_error(name, fmt::format("The table \"{}\" refers to ${{{}}}.", name, reference));
    });
    return fmt::format("{} AS {}", source, quoted_name(name));
}

std::string_view verb_of(const joined_table& join)
{
    const auto type = join.type.value_or("left");
    if (type == "left")
        return "LEFT OUTER JOIN";
    if (type == "inner")
        return "INNER JOIN";
    if (type == "right")
        return "RIGHT OUTER JOIN";
    if (type == "full")
        return "FULL OUTER JOIN";
    throw compile_error(
        join.table, fmt::format("The table \"{}\" is joined in a way that is not known: \"{}\".", join.table, type));
}

// Lightdash's own compilation names tables by their quoted aliases.
void use_tables_named_in(const std::string& sql, const explore& over, fields& of)
{
    sql::lexer from{sql};
    for (auto one = from.next_solid(); one.kind != sql::token_kind::end; one = from.next_solid())
        if (const auto name = sql::identifier_of(one); one.kind == sql::token_kind::name &&
                                                       over.tables->contains(name) &&
                                                       sql::lexer{sql, one.end()}.next_solid().is_symbol("."))
            of.use(name);
}

std::string condition_of(const joined_table& join, const explore& over, fields& of)
{
    if (join.sql_on && !join.sql_on->empty())
        return of.sql_of(*join.sql_on, join.table, join.table);
    auto made = of.sql_of(*join.compiled_sql_on, join.table, join.table);
    use_tables_named_in(made, over, of);
    return made;
}

bool multiplies(const joined_table& join)
{
    return join.relationship == "one-to-many" || join.relationship == "many-to-many";
}
bool is_repeated(const joined_table& join)
{
    return join.relationship == "many-to-one" || join.relationship == "many-to-many";
}

bool counts_rows(const metric& what)
{
    constexpr std::array<std::string_view, 5> counting{"count", "sum", "average", "median", "percentile"};
    return std::ranges::find(counting, what.type) != counting.end();
}

} // namespace

std::string from_clause(const explore& over, fields& of)
{
    const auto& joins = joins_of(over);
    std::map<std::string, std::string, std::less<>> conditions; // by table
    for (bool found = true; found;) {
        found = false;
        for (const auto& join : joins) {
            if (conditions.contains(join.table) || !(join.always.value_or(false) || of.used().contains(join.table)))
                continue;
            conditions.emplace(join.table, condition_of(join, over, of));
            found = true;
        }
    }
    for (const auto& table : of.used())
        if (table != *over.base_table && !conditions.contains(table))
            throw compile_error(table,
                                fmt::format("The table \"{}\" is not joined in the explore \"{}\".", table, over.name));
    auto sql = "FROM " + source_of(over, of, *over.base_table);
    for (const auto& join : joins)
        if (const auto found = conditions.find(join.table); found != conditions.end())
            sql += fmt::format("\n{} {} ON {}", verb_of(join), source_of(over, of, join.table), found->second);
    return sql;
}

std::vector<warning> fan_out_warnings(const explore& over, const std::set<std::string, std::less<>>& tables,
                                      const std::vector<used_metric>& metrics)
{
    std::vector<warning> made;
    for (const auto& each : metrics) {
        if (!counts_rows(*each.what.what))
            continue;
        const auto cause = std::ranges::find_if(joins_of(over), [&](const joined_table& join) {
            return tables.contains(join.table) &&
                   (join.table == each.what.table ? is_repeated(join) : multiplies(join));
        });
        if (cause != joins_of(over).end())
            made.push_back(
                {each.id, fmt::format("\"{}\" may count rows of \"{}\" more than once: the join of \"{}\" is "
                                      "{}.",
                                      each.id, each.what.table, cause->table, *cause->relationship)});
    }
    return made;
}

} // namespace lightdash::explores
