// The builders of update, delete, truncate and merge: they only put nodes into the tree.
#include "lightdash/core/error.hpp"
#include "lightdash/sql/merge.hpp"
#include "lightdash/sql/remove.hpp"
#include "lightdash/sql/truncate.hpp"
#include "lightdash/sql/update.hpp"
#include "sql/tree/clauses.hpp"

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

update& update::set_changes(const detail::sources& members, std::string_view table)
{
    auto& tree = access::edit(*this);
    detail::add_changes(tree, own_clause(tree, clause_id::set), members, table);
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

truncate& truncate::with_schema(std::string_view schema)
{
    detail::set_schema(*this, schema);
    return *this;
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

merge::merge(const reference& into) : modification(about(kind::merge, {into})) {}

merge& merge::with_schema(std::string_view schema)
{
    detail::set_schema(*this, schema);
    return *this;
}

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
