#include "lightdash/core/error.hpp"
#include "sql/compiler/compiler.hpp"

#include <fmt/format.h>

namespace lightdash::sql::detail {

void compiler::select(node_id id)
{
    text += "select ";
    if (const auto on = tree_.find(id, clause_id::distinct_on); on != none) {
        text += "distinct on (";
        children(at(on), comma);
        text += ") ";
    } else if (tree_.find(id, clause_id::distinct) != none) {
        text += "distinct ";
    }
    const auto columns = tree_.find(id, clause_id::columns);
    if (id == computed_for_) {
        for (auto each = at(computed_).first; each != none; each = at(each).next) {
            if (each != at(computed_).first)
                text += comma;
            write(at(at(each).first).next);
        }
    } else if (columns == none || at(columns).first == none)
        text += '*';
    else
        children(at(columns), comma);
    list(id, clause_id::from, " from ");
    list(id, clause_id::join, "", "");
    where(id);
    list(id, clause_id::group, " group by ");
    conditions(id, clause_id::having, " having ");
    list(id, clause_id::window, " window ");
    list(id, clause_id::order, " order by ");
    list(id, clause_id::limit, " limit ");
    list(id, clause_id::offset, " offset ");
    list(id, clause_id::lock, "", "");
}

void compiler::source(const node& of)
{
    if ((of.flags & source_only) != 0)
        text += "only ";
    if (schema_ != none && (of.flags & source_unqualified) != 0) {
        children(at(schema_));
        text += '.';
    }
    children(of);
}

void compiler::join(const node& of)
{
    text += tree_.text(of);
    for (auto id = of.first; id != none; id = at(id).next)
        write(id);
}

void compiler::where(node_id statement)
{
    const auto conditions_of = tree_.find(statement, clause_id::where);
    const bool conditioned = conditions_of != none && at(conditions_of).first != none;
    if (tree_.find(statement, clause_id::after) == none) {
        conditions(statement, clause_id::where, " where ");
        return;
    }
    text += " where ";
    if (conditioned) {
        bool alternatives = false;
        for (auto id = at(at(conditions_of).first).next; id != none; id = at(id).next)
            alternatives = alternatives || (at(id).flags & term_or) != 0;
        text += alternatives ? "(" : "";
        conditions(at(conditions_of));
        text += alternatives ? ") and " : " and ";
    }
    after(statement);
}

void compiler::after(node_id statement)
{
    const auto values_of = tree_.find(statement, clause_id::after);
    const auto orders = tree_.find(statement, clause_id::order);
    const auto given = tree_.count(values_of);
    const auto wanted = orders == none ? 0 : tree_.count(orders);
    if (given != wanted || given == 0)
        throw error{error_kind::internal,
                    fmt::format("after() takes one value for each order_by(): there are {} values "
                                "and {} orders.",
                                given, wanted)};
    bool ascending = false;
    bool descending = false;
    for (auto id = at(orders).first; id != none; id = at(id).next) {
        const auto flags = at(id).flags;
        if ((flags & (order_asc | order_desc)) == 0 || (flags & (nulls_first | nulls_last)) != 0)
            throw error{error_kind::internal, "after() needs orders of columns that are never NULL, with a direction: "
                                              "raw text and nulls first or last cannot be continued."};
        ascending = ascending || (flags & order_asc) != 0;
        descending = descending || (flags & order_desc) != 0;
    }
    if (ascending && descending) {
        after_mixed(values_of, orders);
        return;
    }
    const bool row = given > 1;
    text += row ? "(" : "";
    for (auto id = at(orders).first; id != none; id = at(id).next) {
        if (id != at(orders).first)
            text += comma;
        children(at(id));
    }
    text += row ? ") " : " ";
    text += ascending ? "> " : "< ";
    text += row ? "(" : "";
    children(at(values_of), comma);
    text += row ? ")" : "";
}

// (a > $1 or (a = $1 and (b < $2 or (b = $2 and …))))
void compiler::after_mixed(node_id values_of, node_id orders)
{
    std::size_t open_groups = 0;
    auto value = at(values_of).first;
    for (auto id = at(orders).first; id != none; id = at(id).next, value = at(value).next) {
        std::uint32_t number = 0;
        text += '(';
        ++open_groups;
        children(at(id));
        text += (at(id).flags & order_asc) != 0 ? " > " : " < ";
        repeat(value, number);
        if (at(id).next == none)
            break;
        text += " or (";
        ++open_groups;
        children(at(id));
        text += " = ";
        repeat(value, number);
        text += " and ";
    }
    text.append(open_groups, ')');
}

void compiler::repeat(node_id value, std::uint32_t& number)
{
    const bool parameter_alone = at(value).what == kind::value || at(value).what == kind::open;
    if (number != 0 && parameter_alone && how_ == values_as::placeholders) {
        placeholder(number);
        return;
    }
    write(value);
    number = placeholders_;
}

void compiler::lock(const node& of)
{
    text += ' ';
    text += tree_.text(of);
    if (const auto& tables = at(of.first); tables.first != none) {
        text += " of ";
        children(tables, comma);
    }
    if ((of.flags & lock_skip) != 0)
        text += " skip locked";
    if ((of.flags & lock_no_wait) != 0)
        text += " nowait";
}

void compiler::set_operation(node_id id)
{
    const auto branches = tree_.find(id, clause_id::branches);
    const bool parenthesized = tree_.find(id, clause_id::parenthesized) != none;
    if (at(branches).first == at(branches).last)
        throw error{error_kind::internal, "A set operation has one query only: add union_with(…) or another."};
    for (auto each = at(branches).first; each != none; each = at(each).next)
        branch(at(each), parenthesized);
    list(id, clause_id::order, " order by ");
    list(id, clause_id::limit, " limit ");
    list(id, clause_id::offset, " offset ");
}

void compiler::branch(const node& of, bool parenthesized)
{
    text += tree_.text(of);
    const auto& query = at(of.first);
    bool closed = parenthesized || query.what == kind::set_operation;
    if (query.what == kind::select)
        for (const auto which :
             {clause_id::with, clause_id::order, clause_id::limit, clause_id::offset, clause_id::lock})
            closed = closed || tree_.find(of.first, which) != none;
    if (closed)
        text += '(';
    bare(of.first);
    if (closed)
        text += ')';
}

} // namespace lightdash::sql::detail
