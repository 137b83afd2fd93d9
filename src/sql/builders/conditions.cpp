#include "lightdash/sql/conditions.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/sql/condition.hpp"
#include "lightdash/sql/having_clauses.hpp"
#include "lightdash/sql/join_on.hpp"
#include "sql/tree/tree.hpp"

#include <fmt/format.h>

namespace lightdash::sql {
namespace detail {
namespace {

node_id terms_of(tree& of)
{
    return of.at(of.root).what == kind::conditions ? of.root : of.clause(of.root, clause_id::where);
}

bool negates(link how)
{
    return how == link::and_not || how == link::or_not;
}

void add_term(tree& to, link how, std::initializer_list<node_id> parts, std::uint8_t flags = 0)
{
    if (how == link::or_ || how == link::or_not)
        flags |= term_or;
    if (negates(how))
        flags |= term_not;
    const auto term = to.add(kind::term, flags);
    for (const auto part : parts)
        to.append(term, part);
    to.append(terms_of(to), term);
}

link without_not(link how)
{
    return how == link::and_not ? link::and_ : how == link::or_not ? link::or_ : how;
}

// An empty optional, before it meets a column.
void require_value(const operand& given, const reference& column)
{
    if (given.missing())
        throw error{
            error_kind::internal,
            fmt::format("The value for \"{}\" is missing (an empty optional): NULL compares with nothing. Leave "
                        "the condition out, or ask for null by name.",
                        column.piece() != nullptr ? "an expression" : column.name())};
}

void compare_with_null(fragment& to, link how, const reference& left, comparison op)
{
    const bool same = op.text() == "=" || op.text() == "is" || op.text() == "is not distinct from";
    if (!same && op.text() != "!=" && op.text() != "<>" && op.text() != "is not" && op.text() != "is distinct from")
        throw error{error_kind::internal,
                    fmt::format("`{}` with NULL is never true: leave the condition out, or compare "
                                "with = or !=, which become `is null` and `is not null`.",
                                op.text())};
    test_null(to, without_not(how), left, same != negates(how));
}

// A statement gets its own parentheses; SQL text and the like do not.
node_id parenthesized(tree& to, std::string_view before, node_id part)
{
    if (is_statement(to.at(part).what))
        return to.add_sequence({to.add_text(before), part});
    return to.add_sequence({to.add_text(before, "(", ""), part, to.add_text(")")});
}

node_id each_in_parentheses(tree& to, const each& list)
{
    const auto made = to.add(kind::sequence);
    to.append(made, to.add_text("("));
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (i != 0)
            to.append(made, to.add_text(", "));
        auto number = static_cast<std::uint32_t>(to.values.values().size());
        list.add_to(to.values, i);
        if (list.tuples())
            to.append(made, to.add_text("("));
        for (std::size_t j = 0; j < list.width(); ++j) {
            if (j != 0)
                to.append(made, to.add_text(", "));
            const auto value = to.add(kind::value);
            to.at(value).number = number++;
            to.append(made, value);
        }
        if (list.tuples())
            to.append(made, to.add_text(")"));
    }
    to.append(made, to.add_text(")"));
    return made;
}

} // namespace

void compare(fragment& to, link how, const reference& left, comparison op, const operand& right)
{
    if (right.what() == operand::form::null) {
        compare_with_null(to, how, left, op);
        return;
    }
    if (op.text() == "is" || op.text() == "is not")
        throw error{error_kind::internal,
                    fmt::format("`{}` takes NULL alone: use = or !=, or is [not] distinct from.", op.text())};
    require_value(right, left);
    auto& tree = access::edit(to);
    const auto column = tree.add_reference(left);
    const auto word = tree.add_text(" ", op.text(), " ");
    add_term(tree, how, {column, word, tree.add_operand(right)});
}

void compare_columns(fragment& to, link how, const reference& left, comparison op, const reference& right)
{
    auto& tree = access::edit(to);
    const auto column = tree.add_reference(left);
    const auto word = tree.add_text(" ", op.text(), " ");
    add_term(tree, how, {column, word, tree.add_reference(right)});
}

void test_null(fragment& to, link how, const reference& column, bool null)
{
    auto& tree = access::edit(to);
    const auto name = tree.add_reference(column);
    add_term(tree, how, {name, tree.add_text(null ? " is null" : " is not null")});
}

void test_between(fragment& to, link how, const reference& column, const operand& low, const operand& high, bool inside)
{
    require_value(low, column);
    require_value(high, column);
    auto& tree = access::edit(to);
    const auto name = tree.add_reference(column);
    const auto word = tree.add_text(inside ? " between " : " not between ");
    const auto first = tree.add_operand(low);
    const auto middle = tree.add_text(" and ");
    add_term(tree, how, {name, word, first, middle, tree.add_operand(high)});
}

void test_in(fragment& to, link how, const reference& column, const choices& list, bool inside)
{
    if (const auto* values = list.one_by_one(); values != nullptr && values->size() == 0) {
        test(to, how, !inside);
        return;
    }
    if (list.holds_null())
        throw error{error_kind::internal,
                    fmt::format("The list for \"{}\" holds NULL (an empty optional): nothing is equal to NULL, so `in` "
                                "never finds it and `not in` is true of no row. Leave it out, or ask for null by name.",
                                column.piece() != nullptr ? "an expression" : column.name())};
    auto& tree = access::edit(to);
    const auto name = tree.add_reference(column);
    if (const auto* values = list.one_by_one()) {
        const auto word = tree.add_text(inside ? " in " : " not in ");
        add_term(tree, how, {name, word, each_in_parentheses(tree, *values)});
        return;
    }
    if (!list.listed().values().empty()) {
        const auto word = tree.add_text(inside ? " = any(" : " <> all(");
        const auto value = tree.add(kind::value);
        tree.at(value).number = static_cast<std::uint32_t>(tree.values.values().size());
        tree.values.add_from(list.listed(), list.listed().values().front());
        add_term(tree, how, {name, word, value, tree.add_text(")")});
        return;
    }
    const auto rows = tree.add_operand(list.array());
    if (const auto what = tree.at(rows).what; what == kind::value || what == kind::open) {
        const auto word = tree.add_text(inside ? " = any(" : " <> all(");
        add_term(tree, how, {name, word, rows, tree.add_text(")")});
        return;
    }
    add_term(tree, how, {name, parenthesized(tree, inside ? " in " : " not in ", rows)});
}

void test_exists(fragment& to, link how, const expression& rows, bool found)
{
    auto& tree = access::edit(to);
    const auto query = tree.splice(access::read(rows));
    add_term(tree, how, {parenthesized(tree, found ? "exists " : "not exists ", query)});
}

namespace {

// In parentheses.
void test_group(fragment& to, link how, const fragment& group)
{
    const auto& given = access::read(group);
    if (given.at(given.root).first == none) {
        throw error{error_kind::internal,
                    "A group of conditions is empty: every row would be taken. Leave where() out to mean all rows."};
    }
    auto& tree = access::edit(to);
    add_term(tree, how, {tree.splice(given)}, term_group);
}

bool has_or(const tree& of, node_id terms)
{
    for (auto id = of.at(terms).first; id != none; id = of.at(id).next)
        if ((of.at(id).flags & term_or) != 0)
            return true;
    return false;
}

} // namespace

void test(fragment& to, link how, const expression& condition)
{
    const auto& given = access::read(condition);
    if (given.at(given.root).what == kind::conditions) {
        test_group(to, how, condition);
        return;
    }
    auto& tree = access::edit(to);
    add_term(tree, how, {tree.splice(given)});
}

void add_having(fragment& to, const expression& condition)
{
    auto& tree = access::edit(to);
    const auto clause = tree.clause(tree.root, clause_id::having);
    const auto group = [&tree](node_id terms) {
        const auto made = tree.add(kind::term, term_group);
        tree.append(made, terms);
        return made;
    };
    if (has_or(tree, clause)) { // it was a whole
        const auto before = tree.add(kind::conditions);
        tree.append_children(before, clause);
        tree.clear(clause);
        tree.append(clause, group(before));
    }
    const bool first = tree.at(clause).first == none;
    const auto given = tree.splice(access::read(condition));
    if (tree.at(given).what != kind::conditions) {
        const auto term = tree.add(kind::term);
        tree.append(term, given);
        tree.append(clause, term);
        return;
    }
    if (tree.at(given).first == none)
        throw error{error_kind::internal, "having(): the condition is empty."};
    if (first || !has_or(tree, given))
        tree.append_children(clause, given);
    else
        tree.append(clause, group(given));
}

void test(fragment& to, link how, bool constant)
{
    auto& tree = access::edit(to);
    const auto one = tree.add_text("1 = ");
    add_term(tree, how, {one, tree.add_operand(constant ? 1 : 0)});
}

void test_json_path(fragment& to, link how, const reference& column, std::string_view path, comparison op,
                    const operand& value)
{
    auto& tree = access::edit(to);
    const auto begin = tree.add_text("jsonb_path_query_first(");
    const auto name = tree.add_reference(column);
    const auto comma = tree.add_text(", ");
    const auto where = tree.add_untyped(path);
    std::string_view cast = " #>> '{}' ";
    switch (value.type()) {
    case pg::oid::int2:
    case pg::oid::int4:
    case pg::oid::int8: // as an integer 0.4 would be 0
    case pg::oid::numeric:
        cast = "::numeric ";
        break;
    case pg::oid::float4:
    case pg::oid::float8:
        cast = "::float ";
        break;
    case pg::oid::boolean:
        cast = "::boolean ";
        break;
    case pg::oid::jsonb:
        cast = " ";
        break;
    default:
        break;
    }
    const auto end = tree.add_text(")", cast, "");
    const auto word = tree.add_text(op.text(), " ", "");
    add_term(tree, how, {begin, name, comma, where, end, word, tree.add_operand(value)});
}

void test_json_paths(fragment& to, link how, const reference& left, std::string_view left_path, const reference& right,
                     std::string_view right_path)
{
    auto& tree = access::edit(to);
    const auto side = [&tree](const reference& column, std::string_view path) {
        const auto begin = tree.add_text("jsonb_path_query_first(");
        const auto name = tree.add_reference(column);
        const auto comma = tree.add_text(", ");
        const auto where = tree.add_untyped(path);
        return tree.add_sequence({begin, name, comma, where, tree.add_text(")")});
    };
    const auto first = side(left, left_path);
    const auto word = tree.add_text(" = ");
    add_term(tree, how, {first, word, side(right, right_path)});
}

} // namespace detail

condition::condition() : expression(detail::new_tree(detail::kind::conditions)) {}

join_on::join_on(const expression& condition) : fragment(detail::new_tree(detail::kind::conditions))
{
    auto& tree = detail::access::edit(*this);
    const auto given = tree.splice(detail::access::read(condition));
    if (tree.at(given).what == detail::kind::conditions) {
        tree.root = given;
        return;
    }
    const auto term = tree.add(detail::kind::term);
    tree.append(term, given);
    tree.append(tree.root, term);
}

join_on using_columns_of(std::initializer_list<reference> columns)
{
    join_on made{detail::new_tree(detail::kind::conditions)};
    auto& tree = detail::access::edit(made);
    const auto list = tree.add(detail::kind::list);
    tree.append_all(list, columns, &detail::tree::add_reference);
    const auto begin = tree.add_text("using (");
    tree.root = tree.add_sequence({begin, list, tree.add_text(")")});
    return made;
}

} // namespace lightdash::sql
