// The builders of statements that change rows: they only put nodes into the tree.
#include "lightdash/core/error.hpp"
#include "lightdash/sql/insert.hpp"
#include "lightdash/sql/merge.hpp"
#include "lightdash/sql/remove.hpp"
#include "lightdash/sql/truncate.hpp"
#include "lightdash/sql/update.hpp"
#include "sql/clauses.hpp"

#include <fmt/format.h>

namespace lightdash::sql {

using detail::access;
using detail::clause_id;
using detail::kind;
using detail::new_tree;
using detail::node_id;
using detail::none;
using detail::own_clause;

namespace {

std::shared_ptr<detail::tree> about(kind what, std::initializer_list<reference> tables)
{
    auto made = new_tree(what);
    made->append_all(own_clause(*made, clause_id::table), tables, &detail::tree::add_source);
    return made;
}

} // namespace

update::update(const reference& table) : modification(about(kind::update, {table})) {}

update& update::set(const reference& column, const operand& value)
{
    auto& tree = access::edit(*this);
    detail::add_assignment(tree, own_clause(tree, clause_id::set), column, value);
    return *this;
}

update& update::set(const assignments& changes)
{
    auto& tree = access::edit(*this);
    detail::add_assignments(tree, own_clause(tree, clause_id::set), changes);
    return *this;
}

namespace {

void count(detail::tree& to, const reference& column, std::string_view sign, const operand& by)
{
    const auto list = own_clause(to, clause_id::counters);
    const auto made = to.add(kind::assignment);
    to.append(made, to.add_reference(column));
    const auto name = to.add_reference(column);
    const auto word = to.add_text(sign);
    to.append(made, to.add_sequence({name, word, to.add_operand(by)}));
    to.append(list, made);
}

} // namespace

update& update::increment(const reference& column, const operand& by)
{
    count(access::edit(*this), column, " + ", by);
    return *this;
}

update& update::decrement(const reference& column, const operand& by)
{
    count(access::edit(*this), column, " - ", by);
    return *this;
}

update& update::set_from(std::initializer_list<reference> tables)
{
    detail::set_sources(*this, clause_id::from, tables);
    return *this;
}

update& update::with_schema(std::string_view schema)
{
    detail::set_schema(*this, schema);
    return *this;
}

update& update::clear(clause which)
{
    static constexpr clause_id clauses[] = {clause_id::with,   clause_id::set,   clause_id::counters,
                                            clause_id::from,   clause_id::where, clause_id::returning,
                                            clause_id::comment};
    access::edit(*this).drop(clauses[static_cast<std::size_t>(which)]);
    return *this;
}

remove::remove(const reference& table) : modification(about(kind::remove, {table})) {}

remove& remove::set_using(std::initializer_list<reference> tables)
{
    detail::set_sources(*this, clause_id::using_tables, tables);
    return *this;
}

remove& remove::with_schema(std::string_view schema)
{
    detail::set_schema(*this, schema);
    return *this;
}

remove& remove::clear(clause which)
{
    static constexpr clause_id clauses[] = {clause_id::with, clause_id::using_tables, clause_id::where,
                                            clause_id::returning, clause_id::comment};
    access::edit(*this).drop(clauses[static_cast<std::size_t>(which)]);
    return *this;
}

truncate truncate::of(std::initializer_list<reference> tables)
{
    return truncate{about(kind::truncate, tables)};
}

truncate& truncate::continue_identity()
{
    own_clause(access::edit(*this), clause_id::options);
    return *this;
}

truncate& truncate::cascade()
{
    own_clause(access::edit(*this), clause_id::using_tables);
    return *this;
}

insert::insert(const reference& table) : modification(about(kind::insert, {table})) {}

insert& insert::set(const reference& column, const operand& value)
{
    auto& tree = access::edit(*this);
    const auto rows = own_clause(tree, clause_id::rows);
    if (tree.at(rows).first == none)
        tree.append(rows, tree.add(kind::sequence));
    if (tree.at(rows).first != tree.at(rows).last || tree.at(tree.at(rows).first).what != kind::sequence)
        throw error{error_kind::internal, "set() is for an insert of one row; several are given by row()."};
    detail::add_assignment(tree, tree.at(rows).first, column, value);
    return *this;
}

insert& insert::row(const assignments& values)
{
    auto& tree = access::edit(*this);
    const auto rows = own_clause(tree, clause_id::rows);
    const auto row = tree.add(kind::sequence);
    detail::add_assignments(tree, row, values);
    tree.append(rows, row);
    return *this;
}

insert& insert::rows(const std::vector<assignments>& rows)
{
    if (rows.empty())
        throw error{error_kind::internal, "An insert of an empty list of rows: ask before whether there are any."};
    for (const auto& each : rows)
        row(each);
    return *this;
}

insert& insert::default_values()
{
    own_clause(access::edit(*this), clause_id::defaults);
    return *this;
}

insert& insert::add_columns(std::initializer_list<reference> columns)
{
    auto& tree = access::edit(*this);
    tree.append_all(own_clause(tree, clause_id::columns), columns, &detail::tree::add_reference);
    return *this;
}

insert& insert::add_values(std::initializer_list<operand> values)
{
    auto& tree = access::edit(*this);
    const auto rows = own_clause(tree, clause_id::rows);
    const auto row = tree.add(kind::list);
    for (const auto& value : values)
        tree.append(row, tree.add_operand(value, true));
    tree.append(rows, row);
    return *this;
}

insert& insert::from(const expression& rows)
{
    auto& tree = access::edit(*this);
    const auto clause = detail::fresh_clause(tree, clause_id::source);
    tree.append(clause, tree.splice(access::read(rows)));
    return *this;
}

insert& insert::unnest(const reference& column, const expression& array)
{
    auto& tree = access::edit(*this);
    detail::add_assignment(tree, own_clause(tree, clause_id::arrays), column, array);
    return *this;
}

insert& insert::add_array(const reference& column, const operand& array, std::size_t length)
{
    auto& tree = access::edit(*this);
    const auto clause = own_clause(tree, clause_id::arrays);
    auto& known = tree.at(clause).number; // the arrays' length, plus one
    if (known != 0 && known != length + 1)
        throw error{error_kind::internal,
                    fmt::format("unnest(): the arrays have {} and {} elements. PostgreSQL would fill "
                                "the shorter one with NULL.",
                                known - 1, length)};
    known = static_cast<std::uint32_t>(length + 1);
    detail::add_assignment(tree, clause, column, array);
    return *this;
}

insert& insert::on_conflict(const conflict_action& action)
{
    auto& tree = access::edit(*this);
    const auto clause = detail::fresh_clause(tree, clause_id::conflict);
    tree.append(clause, tree.splice(access::read(action)));
    return *this;
}

insert& insert::clear(clause which)
{
    auto& tree = access::edit(*this);
    switch (which) {
    case clause::with:
        tree.drop(clause_id::with);
        break;
    case clause::rows:
        for (const auto each :
             {clause_id::rows, clause_id::columns, clause_id::source, clause_id::arrays, clause_id::defaults})
            tree.drop(each);
        break;
    case clause::returning:
        tree.drop(clause_id::returning);
        break;
    case clause::on_conflict:
        tree.drop(clause_id::conflict);
        break;
    case clause::comment:
        tree.drop(clause_id::comment);
        break;
    }
    return *this;
}

conflict conflict::of(std::initializer_list<reference> target)
{
    auto made = new_tree(kind::conflict);
    made->append_all(own_clause(*made, clause_id::target), target, &detail::tree::add_reference);
    return conflict{std::move(made)};
}

conflict conflict::constraint(std::string_view name)
{
    auto made = new_tree(kind::conflict);
    made->at(made->root).flags = detail::conflict_constraint;
    const auto target = own_clause(*made, clause_id::target);
    made->append(target, made->add_alias(name));
    return conflict{std::move(made)};
}

conflict_action conflict::ignore_any()
{
    auto made = new_tree(kind::conflict);
    made->at(made->root).flags = detail::conflict_ignore;
    return conflict_action{std::move(made)};
}

conflict& conflict::where(const condition& index_predicate)
{
    auto& tree = access::edit(*this);
    const auto given = tree.splice(access::read(index_predicate));
    const auto clause = detail::fresh_clause(tree, clause_id::predicate);
    tree.at(clause).first = tree.at(given).first;
    tree.at(clause).last = tree.at(given).last;
    return *this;
}

conflict_action conflict::ignore() const
{
    auto made = std::make_shared<detail::tree>(access::read(*this));
    made->at(made->root).flags |= detail::conflict_ignore;
    return conflict_action{std::move(made)};
}

conflict_update conflict::merge_columns(std::initializer_list<reference> columns) const
{
    auto made = std::make_shared<detail::tree>(access::read(*this));
    if (columns.size() != 0)
        made->append_all(own_clause(*made, clause_id::columns), columns, &detail::tree::add_reference);
    return conflict_update{std::move(made)};
}

conflict_update conflict::merge(const assignments& changes) const
{
    auto made = std::make_shared<detail::tree>(access::read(*this));
    detail::add_assignments(*made, own_clause(*made, clause_id::set), changes);
    return conflict_update{std::move(made)};
}

merge::merge(const reference& into) : modification(about(kind::merge, {into})) {}

merge& merge::using_rows(const reference& source, const join_on& on)
{
    auto& tree = access::edit(*this);
    const auto clause = detail::fresh_clause(tree, clause_id::source);
    tree.append(clause, tree.add_source(source));
    tree.append(clause, tree.add_text(" on "));
    const auto condition = tree.splice(access::read(on));
    if (tree.at(condition).what != kind::conditions || tree.at(condition).first == none)
        throw error{error_kind::internal, "A merge compares its rows with on(…)."};
    tree.append(clause, condition);
    return *this;
}

merge& merge::when(bool matched, const condition* only_if, action what, const assignments* values)
{
    auto& tree = access::edit(*this);
    const auto made = tree.add(kind::when, matched ? " when matched" : " when not matched");
    if (only_if != nullptr) {
        const auto given = tree.splice(access::read(*only_if));
        if (tree.at(given).first == none)
            throw error{error_kind::internal, "A branch of a merge has an empty condition: leave it out."};
        tree.append(made, tree.add_text(" and "));
        const bool several = tree.at(given).first != tree.at(given).last;
        tree.append(made, tree.add_text(several ? "(" : ""));
        tree.append(made, given);
        tree.append(made, tree.add_text(several ? ")" : ""));
    }
    tree.append(made, tree.add_text(" then "));
    if (values == nullptr) {
        tree.append(made, tree.add_text(what == action::remove ? "delete" : "do nothing"));
    } else {
        const auto list = tree.splice(access::read(*values));
        if (tree.at(list).first == none)
            throw error{error_kind::internal, "A branch of a merge sets nothing."};
        if (what == action::update) {
            tree.append(made, tree.add_text("update set "));
            tree.append(made, list);
        } else {
            const auto names = tree.add(kind::list);
            const auto given = tree.add(kind::list);
            for (auto id = tree.at(list).first; id != none; id = tree.at(id).next) {
                const auto name = tree.at(id).first;
                const auto value = tree.at(name).next;
                tree.at(name).next = none;
                tree.append(names, name);
                tree.append(given, value);
            }
            tree.append(made, tree.add_text("insert ("));
            tree.append(made, names);
            tree.append(made, tree.add_text(") values ("));
            tree.append(made, given);
            tree.append(made, tree.add_text(")"));
        }
    }
    tree.append(own_clause(tree, clause_id::when), made);
    return *this;
}

merge& merge::when_matched_update(const assignments& changes)
{
    return when(true, nullptr, action::update, &changes);
}

merge& merge::when_matched_update(const condition& only_if, const assignments& changes)
{
    return when(true, &only_if, action::update, &changes);
}

merge& merge::when_matched_remove()
{
    return when(true, nullptr, action::remove, nullptr);
}

merge& merge::when_matched_remove(const condition& only_if)
{
    return when(true, &only_if, action::remove, nullptr);
}

merge& merge::when_matched_ignore()
{
    return when(true, nullptr, action::ignore, nullptr);
}

merge& merge::when_matched_ignore(const condition& only_if)
{
    return when(true, &only_if, action::ignore, nullptr);
}

merge& merge::when_not_matched_insert(const assignments& values)
{
    return when(false, nullptr, action::insert, &values);
}

merge& merge::when_not_matched_insert(const condition& only_if, const assignments& values)
{
    return when(false, &only_if, action::insert, &values);
}

merge& merge::when_not_matched_ignore()
{
    return when(false, nullptr, action::ignore, nullptr);
}

merge& merge::when_not_matched_ignore(const condition& only_if)
{
    return when(false, &only_if, action::ignore, nullptr);
}

} // namespace lightdash::sql
