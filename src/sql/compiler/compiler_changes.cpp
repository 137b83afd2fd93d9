#include "lightdash/core/error.hpp"
#include "sql/compiler/compiler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lightdash::sql::detail {

void compiler::insert(node_id id)
{
    text += "insert into ";
    list(id, clause_id::table, "");
    const auto rows = tree_.find(id, clause_id::rows);
    const auto columns = tree_.find(id, clause_id::columns);
    const auto query = tree_.find(id, clause_id::source);
    const auto arrays = tree_.find(id, clause_id::arrays);
    const auto defaults = tree_.find(id, clause_id::defaults);
    const bool computed = rows != none && query != none && columns == none;
    const auto given = (rows != none) + (query != none && !computed) + (arrays != none) + (defaults != none);
    if (given != 1 || (columns != none && (arrays != none || defaults != none)))
        throw error{error_kind::internal,
                    given == 0
                        ? "An insert has no rows: use set(), row(), values(), from(), unnest() or default_values()."
                        : "An insert takes its rows from one kind of source: set() and row(), columns() with "
                          "values() or from(), set() with from(), unnest(), or default_values()."};
    std::vector<node_id> names;
    if (defaults != none) {
        text += " default values";
    } else if (computed) {
        names = columns_of(rows);
        insert_computed(at(rows).first, at(query).first);
    } else if (rows != none && columns != none) {
        insert_values(columns, rows);
    } else if (rows != none) {
        names = columns_of(rows);
        insert_rows(rows);
    } else if (arrays != none) {
        insert_arrays(arrays);
        for (auto each = at(arrays).first; each != none; each = at(each).next)
            names.push_back(at(each).first);
    } else {
        if (columns != none) {
            list(id, clause_id::columns, " (");
            text += ')';
        }
        text += ' ';
        bare(at(query).first);
    }
    if (columns != none)
        for (auto each = at(columns).first; each != none; each = at(each).next)
            names.push_back(each);
    if (const auto clause = tree_.find(id, clause_id::conflict); clause != none && at(clause).first != none)
        conflict(at(clause).first, names);
    list(id, clause_id::returning, " returning ");
}

// The rows' columns in the order in which they first appear.
std::vector<node_id> compiler::columns_of(node_id rows) const
{
    std::vector<node_id> names;
    for (auto row = at(rows).first; row != none; row = at(row).next) {
        std::size_t expected = 0;
        for (auto each = at(row).first; each != none; each = at(each).next, ++expected) {
            const auto name = tree_.text(at(at(each).first));
            if (expected < names.size() && tree_.text(at(names[expected])) == name)
                continue;
            if (std::ranges::none_of(names, [&](node_id known) { return tree_.text(at(known)) == name; }))
                names.push_back(at(each).first);
        }
    }
    return names;
}

void compiler::insert_rows(node_id rows)
{
    const auto names = columns_of(rows);
    if (names.empty()) { // as many rows of nothing but defaults
        if (at(rows).first != at(rows).last)
            throw error{error_kind::internal, "An insert of several rows names no column at all."};
        text += " default values";
        return;
    }
    text += " (";
    for (const auto& name : names) {
        if (&name != names.data())
            text += comma;
        text += tree_.text(at(name));
    }
    text += ") values ";
    for (auto row = at(rows).first; row != none; row = at(row).next) {
        if (row != at(rows).first)
            text += comma;
        text += '(';
        auto hint = at(row).first; // rows mostly name the columns in the same order
        for (const auto& name : names) {
            if (&name != names.data())
                text += comma;
            auto found = hint;
            if (found == none || tree_.text(at(at(found).first)) != tree_.text(at(name)))
                for (found = at(row).first; found != none; found = at(found).next)
                    if (tree_.text(at(at(found).first)) == tree_.text(at(name)))
                        break;
            if (found == none) {
                text += "DEFAULT";
                continue;
            }
            write(at(at(found).first).next);
            hint = at(found).next;
        }
        text += ')';
    }
}

void compiler::insert_values(node_id columns, node_id rows)
{
    text += " (";
    children(at(columns), comma);
    text += ") values ";
    const auto width = tree_.count(columns);
    for (auto row = at(rows).first; row != none; row = at(row).next) {
        if (row != at(rows).first)
            text += comma;
        if (const auto given = tree_.count(row); at(row).what != kind::list || given != width)
            throw error{error_kind::internal,
                        fmt::format("An insert names {} columns, but values() gives {}.", width, given)};
        text += '(';
        children(at(row), comma);
        text += ')';
    }
}

void compiler::insert_arrays(node_id arrays)
{
    text += " (";
    for (auto each = at(arrays).first; each != none; each = at(each).next) {
        if (each != at(arrays).first)
            text += comma;
        write(at(each).first);
    }
    text += ") select * from unnest(";
    for (auto each = at(arrays).first; each != none; each = at(each).next) {
        if (each != at(arrays).first)
            text += comma;
        write(at(at(each).first).next);
    }
    text += ')';
}

void compiler::insert_computed(node_id row, node_id query)
{
    const auto columns = tree_.find(query, clause_id::columns);
    if (at(row).next != none || at(query).what != kind::select || (columns != none && at(columns).first != none))
        throw error{error_kind::internal, "set() with from() makes one row of each row of a query: give one set of "
                                          "values, and a select() that lists no columns itself."};
    text += " (";
    for (auto each = at(row).first; each != none; each = at(each).next) {
        if (each != at(row).first)
            text += comma;
        write(at(each).first);
    }
    text += ") ";
    const auto outer = std::exchange(computed_, row); // the query may begin with inserts of its own
    const auto outer_for = std::exchange(computed_for_, query);
    bare(query);
    computed_ = outer;
    computed_for_ = outer_for;
}

void compiler::conflict(node_id clause, const std::vector<node_id>& columns)
{
    const auto& of = at(clause);
    text += " on conflict";
    if (const auto target = tree_.find(clause, clause_id::target); target != none) {
        if ((of.flags & conflict_constraint) != 0) {
            text += " on constraint ";
            children(at(target));
        } else if (at(at(target).first).what == kind::text) {
            text += " (";
            children(at(target), comma);
            text += ')';
        } else {
            text += ' ';
            children(at(target), comma);
        }
    }
    conditions(clause, clause_id::predicate, " where ");
    if ((of.flags & conflict_ignore) != 0) {
        text += " do nothing";
        return;
    }
    text += " do update set ";
    const auto excluded = [&](std::string_view name, bool first) {
        if (!first)
            text += comma;
        text.append(name).append(" = excluded.").append(name);
    };
    if (const auto set = tree_.find(clause, clause_id::set); set != none) {
        children(at(set), comma);
    } else if (const auto some = tree_.find(clause, clause_id::columns); some != none) {
        for (auto id = at(some).first; id != none; id = at(id).next)
            excluded(tree_.text(at(id)), id == at(some).first);
    } else if (columns.empty()) {
        throw error{error_kind::internal, "merge() without columns takes those of the insert, but it names none."};
    } else {
        for (const auto& column : columns)
            excluded(tree_.text(at(column)), &column == columns.data());
    }
    conditions(clause, clause_id::where, " where ");
}

void compiler::assignment(const node& of)
{
    write(of.first);
    text += " = ";
    write(at(of.first).next);
}

void compiler::update(node_id id)
{
    text += "update ";
    list(id, clause_id::table, "");
    const auto before = text.size();
    list(id, clause_id::set, " set ");
    list(id, clause_id::counters, text.size() == before ? " set " : comma);
    if (text.size() == before)
        throw error{error_kind::internal, "An update sets nothing."};
    list(id, clause_id::from, " from ");
    conditions(id, clause_id::where, " where ");
    list(id, clause_id::returning, " returning ");
}

void compiler::remove(node_id id)
{
    text += "delete from ";
    list(id, clause_id::table, "");
    list(id, clause_id::using_tables, " using ", ",");
    conditions(id, clause_id::where, " where ");
    list(id, clause_id::returning, " returning ");
}

void compiler::merge(node_id id)
{
    text += "merge into ";
    list(id, clause_id::table, "");
    if (tree_.find(id, clause_id::source) == none)
        throw error{error_kind::internal, "A merge has no source: use using_rows()."};
    list(id, clause_id::source, " using ", "");
    const auto branches = tree_.find(id, clause_id::when);
    if (branches == none)
        throw error{error_kind::internal, "A merge does nothing: use when_matched_update() or another."};
    for (auto each = at(branches).first; each != none; each = at(each).next) {
        text += tree_.text(at(each));
        for (auto part = at(each).first; part != none; part = at(part).next)
            write(part);
    }
}

void compiler::truncate(node_id id)
{
    text += "truncate ";
    list(id, clause_id::table, "");
    text += tree_.find(id, clause_id::options) == none ? " restart identity" : " continue identity";
    if (tree_.find(id, clause_id::using_tables) != none)
        text += " cascade";
}

} // namespace lightdash::sql::detail
