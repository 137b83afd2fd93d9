#include "sql/compiler/compiler.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/sql/with_clauses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lightdash::sql::detail {

compiler::compiler(const tree& of, values_as how) : tree_(of), how_(how)
{
    text.reserve(of.written_size());
    values.reserve(of.values.values().size());
    slots.reserve(of.values.values().size() + 4);
}

void compiler::run()
{
    bare(tree_.root);
}

void compiler::write(node_id id)
{
    if (!is_statement(at(id).what)) {
        bare(id);
        return;
    }
    text += '(';
    bare(id);
    text += ')';
}

void compiler::bare(node_id id)
{
    const auto& of = at(id);
    switch (of.what) {
    case kind::text:
        text += tree_.text(of);
        return;
    case kind::value:
    case kind::open:
        parameter(id);
        return;
    case kind::sequence:
    case kind::term:
        children(of);
        return;
    case kind::list:
        children(of, comma);
        return;
    case kind::conditions:
        conditions(of);
        return;
    case kind::source:
        source(of);
        return;
    case kind::join:
        join(of);
        return;
    case kind::order:
        order(of);
        return;
    case kind::call:
        call(of);
        return;
    case kind::window:
        window(id);
        return;
    case kind::lock:
        lock(of);
        return;
    case kind::assignment:
        assignment(of);
        return;
    case kind::select:
    case kind::set_operation:
    case kind::insert:
    case kind::update:
    case kind::remove:
    case kind::merge:
    case kind::truncate: {
        const auto outer_schema = std::exchange(schema_, tree_.find(id, clause_id::schema));
        comments(id);
        with(id);
        if (of.what == kind::select)
            select(id);
        else if (of.what == kind::set_operation)
            set_operation(id);
        else if (of.what == kind::insert)
            insert(id);
        else if (of.what == kind::update)
            update(id);
        else if (of.what == kind::remove)
            remove(id);
        else if (of.what == kind::merge)
            merge(id);
        else
            truncate(id);
        schema_ = outer_schema;
        return;
    }
    case kind::cte:
    case kind::branch:
    case kind::when:
    case kind::conflict:
    case kind::clause:
        break;
    }
    throw error{error_kind::internal, "This piece of a statement means nothing by itself."};
}

void compiler::children(const node& of, std::string_view separator)
{
    for (auto id = of.first; id != none; id = at(id).next) {
        if (id != of.first)
            text += separator;
        write(id);
    }
}

void compiler::list(node_id statement, clause_id which, std::string_view before, std::string_view separator)
{
    const auto clause = tree_.find(statement, which);
    if (clause == none || at(clause).first == none)
        return;
    text += before;
    children(at(clause), separator);
}

void compiler::placeholder(std::uint32_t number)
{
    fmt::format_int digits{number};
    text += '$';
    text.append(digits.data(), digits.size());
}

void compiler::parameter(node_id id)
{
    const auto& of = at(id);
    if (of.what == kind::open) {
        open(of);
        return;
    }
    const auto& value = tree_.values.values()[of.number];
    if (how_ == values_as::literals) {
        append_literal(text, tree_.values, value);
        return;
    }
    slots.push_back({false, static_cast<std::uint32_t>(values.values().size())});
    values.add_from(tree_.values, value);
    placeholder(++placeholders_);
}

void compiler::open(const node& parameter)
{
    const auto type = static_cast<pg::oid>(parameter.number);
    const auto name = tree_.text(parameter);
    if (!name.empty()) {
        const auto same = std::ranges::find(opens, name, &open_parameter::name);
        if (same != opens.end()) {
            if (same->type == type_of_value)
                same->type = type;
            if (same->type != type && type != type_of_value)
                throw error{error_kind::internal, fmt::format("The parameter \"{}\" is used with two types, {} and {}.",
                                                              name, pg::type_name(same->type), pg::type_name(type))};
            placeholder(same->number);
            return;
        }
    }
    slots.push_back({true, static_cast<std::uint32_t>(opens.size())});
    opens.push_back({type, name, ++placeholders_});
    placeholder(placeholders_);
}

void compiler::conditions(const node& of)
{
    for (auto id = of.first; id != none; id = at(id).next) {
        const auto& term = at(id);
        if (id != of.first)
            text += (term.flags & term_or) != 0 ? " or " : " and ";
        if ((term.flags & term_not) != 0)
            text += "not ";
        const bool group = (term.flags & term_group) != 0;
        if (group)
            text += '(';
        children(term);
        if (group)
            text += ')';
    }
}

void compiler::conditions(node_id statement, clause_id which, std::string_view before)
{
    const auto clause = tree_.find(statement, which);
    if (clause == none || at(clause).first == none)
        return;
    text += before;
    conditions(at(clause));
}

void compiler::order(const node& of)
{
    children(of);
    if ((of.flags & order_asc) != 0)
        text += " asc";
    if ((of.flags & order_desc) != 0)
        text += " desc";
    if ((of.flags & nulls_first) != 0)
        text += " nulls first";
    if ((of.flags & nulls_last) != 0)
        text += " nulls last";
}

void compiler::call(const node& of)
{
    const auto& arguments = at(of.first);
    const auto& orders = at(arguments.next);
    text += tree_.text(of);
    text += '(';
    if ((of.flags & call_distinct) != 0)
        text += "distinct ";
    children(arguments, comma);
    if (orders.first != none) {
        text += " order by ";
        children(orders, comma);
    }
    text += ')';
}

void compiler::window(node_id id)
{
    text += '(';
    const auto begin = text.size();
    const auto part = [&](clause_id which, std::string_view words, std::string_view separator) {
        const auto clause = tree_.find(id, which);
        if (clause == none)
            return;
        if (text.size() != begin)
            text += ' ';
        text += words;
        children(at(clause), separator);
    };
    part(clause_id::base, "", "");
    part(clause_id::partition, "partition by ", comma);
    part(clause_id::order, "order by ", comma);
    part(clause_id::frame, "", "");
    text += ')';
}

void compiler::comments(node_id statement)
{
    const auto clause = tree_.find(statement, clause_id::comment);
    if (clause == none)
        return;
    for (auto id = at(clause).first; id != none; id = at(id).next)
        text.append("/* ").append(tree_.text(at(id))).append(" */ ");
}

void compiler::with(node_id statement)
{
    const auto clause = tree_.find(statement, clause_id::with);
    if (clause == none || at(clause).first == none)
        return;
    bool recursive = false;
    for (auto id = at(clause).first; id != none; id = at(id).next)
        recursive = recursive || at(id).flags == static_cast<std::uint8_t>(cte::recursive);
    text += recursive ? "with recursive " : "with ";
    for (auto id = at(clause).first; id != none; id = at(id).next) {
        if (id != at(clause).first)
            text += comma;
        text += tree_.text(at(id));
        const auto form = static_cast<cte>(at(id).flags);
        text += form == cte::materialized       ? " as materialized ("
                : form == cte::not_materialized ? " as not materialized ("
                                                : " as (";
        bare(at(id).first);
        text += ')';
    }
    text += ' ';
}

} // namespace lightdash::sql::detail
