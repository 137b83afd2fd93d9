#include "lightdash/sql/json.hpp"

#include "lightdash/core/error.hpp"
#include "sql/tree/tree.hpp"

#include <fmt/format.h>

namespace lightdash::sql {

using detail::access;
using detail::kind;
using detail::new_tree;

namespace {

// One element of a text array: {"a b",0}. Plain names and numbers stand as they are.
void append_element(std::string& out, std::string_view element)
{
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    };
    bool quoted = element.empty() || element == "NULL" || element == "null";
    for (const char c : element)
        quoted = quoted || !plain(c);
    if (!quoted) {
        out += element;
        return;
    }
    out += '"';
    for (const char c : element) {
        if (c == '"' || c == '\\')
            out += '\\';
        out += c;
    }
    out += '"';
}

[[noreturn]] void throw_bad_path(std::string_view path)
{
    throw error{error_kind::internal, fmt::format("The JSON path \"{}\" does not lead to one place: write '$.a.b[0]', "
                                                  "'$.\"a b\"', or a text array '{{a,b,0}}'.",
                                                  path)};
}

// '$.a.b[0]' as '{a,b,0}', which jsonb_set and #- take.
std::string as_text_array(std::string_view path)
{
    if (path.starts_with('{'))
        return std::string{path};
    if (!path.starts_with('$'))
        throw_bad_path(path);
    std::string array{"{"};
    std::size_t at = 1;
    while (at < path.size()) {
        if (array.size() > 1)
            array += ',';
        if (path[at] == '[') {
            const auto end = path.find(']', at);
            const auto index = end == std::string_view::npos ? "" : path.substr(at + 1, end - at - 1);
            if (index.empty() || index.find_first_not_of("0123456789") != std::string_view::npos)
                throw_bad_path(path);
            array += index;
            at = end + 1;
        } else if (path.substr(at).starts_with(".\"")) {
            std::string key;
            for (at += 2; at < path.size() && path[at] != '"'; ++at) {
                if (path[at] == '\\' && at + 1 < path.size())
                    ++at;
                key += path[at];
            }
            if (at == path.size())
                throw_bad_path(path);
            append_element(array, key);
            ++at;
        } else if (path[at] == '.') {
            const auto end = std::min(path.find_first_of(".[", at + 1), path.size());
            const auto key = path.substr(at + 1, end - at - 1);
            if (key.empty() || key.find_first_of("*?@()\" ") != std::string_view::npos)
                throw_bad_path(path);
            append_element(array, key);
            at = end;
        } else {
            throw_bad_path(path);
        }
    }
    return array + '}';
}

// Parentheses are the caller's: the operators bind like all others.
expression infix(const reference& column, std::string_view op, const operand& right)
{
    auto made = new_tree(kind::sequence);
    made->append(made->root, made->add_reference(column));
    made->append(made->root, made->add_text(op));
    made->append(made->root, made->add_operand(right));
    return access::wrap(std::move(made));
}

expression function(std::string_view name, const reference& column, std::string_view path, const operand* json)
{
    auto made = new_tree(kind::sequence);
    made->append(made->root, made->add_text(name, "(", ""));
    made->append(made->root, made->add_reference(column));
    made->append(made->root, made->add_text(", "));
    made->append(made->root, made->add_untyped(path));
    if (json != nullptr) {
        made->append(made->root, made->add_text(", "));
        made->append(made->root, made->add_operand(*json));
    }
    made->append(made->root, made->add_text(")"));
    return access::wrap(std::move(made));
}

} // namespace

expression json_get(const reference& column, const operand& key)
{
    return infix(column, " -> ", key);
}

expression json_get_text(const reference& column, const operand& key)
{
    return infix(column, " ->> ", key);
}

expression json_get_path(const reference& column, std::string_view path)
{
    return infix(column, " #> ", untyped{as_text_array(path)});
}

expression json_get_path_text(const reference& column, std::string_view path)
{
    return infix(column, " #>> ", untyped{as_text_array(path)});
}

expression json_extract(const reference& column, std::string_view path)
{
    return function("jsonb_path_query", column, path, nullptr);
}

expression json_first(const reference& column, std::string_view path)
{
    return function("jsonb_path_query_first", column, path, nullptr);
}

expression json_set(const reference& column, std::string_view path, const operand& json)
{
    return function("jsonb_set", column, as_text_array(path), &json);
}

expression json_insert(const reference& column, std::string_view path, const operand& json)
{
    return function("jsonb_insert", column, as_text_array(path), &json);
}

expression json_remove(const reference& column, std::string_view path)
{
    return infix(column, " #- ", untyped{as_text_array(path)});
}

} // namespace lightdash::sql
