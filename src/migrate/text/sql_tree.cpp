#include "migrate/text/sql_tree.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <pg_query.h>

#include <utility>

namespace lightdash::migrate {

namespace json = boost::json;

sql_node sql_node::operator[](std::string_view key) const
{
    const auto* object = at_ ? at_->if_object() : nullptr;
    return sql_node{object ? object->if_contains(json::string_view{key.data(), key.size()}) : nullptr};
}

std::string_view sql_node::text() const
{
    const auto* string = at_ ? at_->if_string() : nullptr;
    return string ? std::string_view{string->data(), string->size()} : std::string_view{};
}

std::int64_t sql_node::number(std::int64_t otherwise) const
{
    const auto* number = at_ ? at_->if_int64() : nullptr;
    return number ? *number : otherwise;
}

bool sql_node::flag() const
{
    const auto* flag = at_ ? at_->if_bool() : nullptr;
    return flag && *flag;
}

std::vector<sql_node> sql_node::list() const
{
    std::vector<sql_node> made;
    if (const auto* array = at_ ? at_->if_array() : nullptr)
        for (const auto& element : *array)
            made.emplace_back(&element);
    return made;
}

std::string_view sql_node::tag() const
{
    const auto* object = at_ ? at_->if_object() : nullptr;
    if (!object || object->empty())
        return {};
    const auto key = object->begin()->key();
    return {key.data(), key.size()};
}

std::optional<std::size_t> sql_node::location() const
{
    const auto at = (*this)["location"];
    if (!at)
        return std::nullopt;
    return static_cast<std::size_t>(at.number());
}

void sql_node::walk(const std::function<void(std::string_view, sql_node)>& visit) const
{
    const std::function<void(std::string_view, const json::value&)> down = [&](std::string_view key,
                                                                               const json::value& here) {
        visit(key, sql_node{&here});
        if (const auto* object = here.if_object())
            for (const auto& member : *object)
                down({member.key().data(), member.key().size()}, member.value());
        else if (const auto* array = here.if_array())
            for (const auto& element : *array)
                down({}, element);
    };
    if (at_)
        down({}, *at_);
}

bool sql_node::contains(std::string_view key) const
{
    bool found = false;
    walk([&](std::string_view here, sql_node) { found = found || here == key; });
    return found;
}

namespace {

void forget_locations(json::value& tree)
{
    if (auto* object = tree.if_object()) {
        object->erase("location");
        for (auto& member : *object)
            forget_locations(member.value());
    } else if (auto* array = tree.if_array()) {
        for (auto& element : *array)
            forget_locations(element);
    }
}

// Deeper than people write, and less than the stack holds.
constexpr std::size_t deepest_tree = 2000;

// Null when it is nested more deeply.
std::unique_ptr<json::value> read_tree(const char* text)
{
    json::parse_options depth;
    depth.max_depth = deepest_tree;
    boost::system::error_code unreadable;
    auto made = std::make_unique<json::value>(json::parse(text, unreadable, {}, depth));
    return unreadable ? nullptr : std::move(made);
}

} // namespace

std::string sql_node::signature() const
{
    if (!at_)
        return {};
    auto copy = *at_;
    forget_locations(copy);
    return json::serialize(copy);
}

sql_tree::sql_tree(const std::string& text)
{
    const auto parsed = pg_query_parse(text.c_str());
    const std::unique_ptr<const PgQueryParseResult, void (*)(const PgQueryParseResult*)> held{
        &parsed, [](const PgQueryParseResult* made) { pg_query_free_parse_result(*made); }};
    if (parsed.error) {
        complaint_ = parsed.error->message;
        complaint_offset_ = parsed.error->cursorpos > 0 ? static_cast<std::size_t>(parsed.error->cursorpos) - 1 : 0;
        return;
    }
    root_ = read_tree(parsed.parse_tree);
    if (!root_)
        complaint_ = "the statement is nested too deeply";
}

sql_tree::~sql_tree() = default;

sql_node sql_tree::statement() const
{
    const auto statements = sql_node{root_.get()}["stmts"].list();
    return statements.empty() ? sql_node{} : statements.front()["stmt"];
}

plpgsql_tree::plpgsql_tree(const std::string& statement)
{
    const auto parsed = pg_query_parse_plpgsql(statement.c_str());
    if (!parsed.error)
        root_ = read_tree(parsed.plpgsql_funcs);
    pg_query_free_plpgsql_parse_result(parsed);
}

plpgsql_tree::~plpgsql_tree() = default;

std::string relation_name(sql_node range_variable)
{
    const auto schema = range_variable["schemaname"].text();
    std::string name{range_variable["relname"].text()};
    return schema.empty() || schema == "public" ? name : std::string{schema} + '.' + name;
}

std::string dotted_name(sql_node strings)
{
    std::string name;
    for (const auto part : strings.list()) {
        const auto text = part["String"]["sval"].text();
        if (name.empty() && text == "public")
            continue;
        name.append(name.empty() ? "" : ".").append(text);
    }
    return name;
}

} // namespace lightdash::migrate
