#include "support/knex_case.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace lightdash::testing {
namespace {

namespace json = boost::json;

constexpr auto file_name = "tests/golden/sql/knex-cases.json";

std::string text_or_empty(const json::object& from, std::string_view key)
{
    const auto* found = from.if_contains(key);
    return found ? std::string{found->as_string()} : std::string{};
}

std::string scalar_text(const json::value& value)
{
    return value.is_string() ? std::string{value.as_string()} : json::serialize(value);
}

std::string array_literal(const json::array& list)
{
    std::string made = "{";
    for (const auto& element : list) {
        if (made.size() > 1)
            made += ',';
        made += element.is_null() ? "NULL" : json::serialize(json::string{scalar_text(element)});
    }
    return made + '}';
}

knex_binding read_binding(const json::value& value)
{
    using kind = knex_binding::kind;
    knex_binding made{.shown = json::serialize(value)};
    switch (value.kind()) {
    case json::kind::null:
        made.is = kind::null;
        break;
    case json::kind::bool_:
        made.is = kind::boolean;
        break;
    case json::kind::string:
        made.is = kind::text;
        break;
    case json::kind::array:
        made.is = kind::list;
        break;
    case json::kind::object:
        made.is = kind::object;
        break;
    default:
        made.is = kind::number;
    }
    if (made.is != kind::null)
        made.text = value.is_array() ? array_literal(value.as_array()) : scalar_text(value);
    if (made.is == kind::number && value.is_double()) // 10.5, not 1.05E1
        made.text = fmt::format("{}", value.as_double());
    return made;
}

knex_statement read_statement(const json::object& from)
{
    knex_statement made{.text = text_or_empty(from, "sql"), .bindings = {}};
    if (const auto* bindings = from.if_contains("bindings")) {
        for (const auto& binding : bindings->as_array())
            made.bindings.push_back(read_binding(binding));
    }
    return made;
}

std::vector<knex_statement> read_statements(const json::object& from)
{
    const auto* sql = from.if_contains("sql");
    if (!sql)
        return {};
    if (!sql->is_array())
        return {read_statement(from)};
    std::vector<knex_statement> made;
    for (const auto& statement : sql->as_array())
        made.push_back(read_statement(statement.as_object()));
    return made;
}

std::vector<sql_row> read_rows(const json::array& from)
{
    std::vector<sql_row> made;
    for (const auto& row : from) {
        auto& values = made.emplace_back();
        for (const auto& value : row.as_array())
            values.push_back(value.is_null() ? sql_value{} : sql_value{scalar_text(value)});
    }
    return made;
}

void read_answer(const json::object& from, knex_case& into)
{
    into.accepted = from.at("ok").as_bool();
    into.command = text_or_empty(from, "command");
    if (const auto* count = from.if_contains("rowCount"); count && count->is_int64())
        into.count = static_cast<std::size_t>(count->as_int64());
    if (const auto* ordered = from.if_contains("ordered"))
        into.ordered = ordered->as_bool();
    if (const auto* rows = from.if_contains("rows"))
        into.rows = read_rows(rows->as_array());
}

knex_case read_case(const json::object& from)
{
    knex_case made{.id = text_or_empty(from, "id"),
                   .group = text_or_empty(from, "group"),
                   .js = text_or_empty(from, "js"),
                   .trap = text_or_empty(from, "trap"),
                   .error = text_or_empty(from, "error"),
                   .statements = read_statements(from)};
    if (const auto* answer = from.if_contains("pg"))
        read_answer(answer->as_object(), made);
    return made;
}

std::vector<knex_case> read_cases()
{
    std::ifstream in{file_name};
    if (!in)
        throw std::runtime_error(std::string{file_name} + " is not there: run the tests in the project's folder");
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    const auto file = json::parse(text);
    std::vector<knex_case> made;
    for (const auto& one : file.at("cases").as_array())
        made.push_back(read_case(one.as_object()));
    return made;
}

} // namespace

const std::vector<knex_case>& knex_cases()
{
    static const std::vector<knex_case> all = read_cases();
    return all;
}

} // namespace lightdash::testing
