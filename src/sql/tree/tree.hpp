// The tree behind every builder: nodes in one array, their texts in one string, their values in one list. Nothing
// points into it, so a copy is three copies of memory, and a tree becomes part of another by appending it.
#pragma once

#include "lightdash/pg/params.hpp"
#include "lightdash/sql/fragment.hpp"
#include "lightdash/sql/operand.hpp"
#include "lightdash/sql/prepared.hpp"
#include "lightdash/sql/reference.hpp"

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::sql::detail {

using node_id = std::uint32_t;
inline constexpr node_id none = 0xffffffff;

enum class kind : std::uint8_t {
    text,       // SQL as it is: a quoted name, a keyword, raw SQL
    value,      // number: which of the tree's values
    open,       // a parameter without a value; text: its name, number: its type's oid
    sequence,   // children, one after the other
    list,       // children, ", " between them
    conditions, // terms
    term,       // flags: term_flags; children one after the other
    source,     // a table; flags: source_flags
    join,       // text: the words; source, then perhaps on or using
    order,      // flags: order_flags; one child
    call,       // text: the function; flags: distinct; list of arguments, list of orders
    window,     // clauses
    cte,        // text: name and columns; flags: cte; the rows
    assignment, // flags: assignment_flags; the column's name, what it is set to
    lock,       // text: the strength; flags: lock_flags; list of tables
    branch,     // of a set operation; text: the word before it; the query
    when,       // of merge; text: "when …"; perhaps conditions; the action
    conflict,   // flags: conflict_flags; clauses
    clause,     // flags: clause; children
    // statements: children are their clauses
    select,
    set_operation,
    insert,
    update,
    remove,
    merge,
    truncate,
};

constexpr bool is_statement(kind what) noexcept
{
    return what >= kind::select;
}

// The type of an open parameter that takes that of whatever value it is given.
inline constexpr auto type_of_value = static_cast<pg::oid>(0xffffffff);

enum term_flags : std::uint8_t { term_or = 1, term_not = 2, term_group = 4 };
enum order_flags : std::uint8_t { order_asc = 1, order_desc = 2, nulls_first = 4, nulls_last = 8 };
enum source_flags : std::uint8_t { source_unqualified = 1, source_only = 2 };
enum lock_flags : std::uint8_t { lock_skip = 1, lock_no_wait = 2 };
enum conflict_flags : std::uint8_t { conflict_ignore = 1, conflict_constraint = 2 };
enum call_flags : std::uint8_t { call_distinct = 1 };
enum assignment_flags : std::uint8_t { assignment_of_struct = 1 }; // set() takes its place

enum class clause_id : std::uint8_t {
    comment,
    with,
    distinct,
    distinct_on,
    columns,
    from,
    schema,
    join,
    where,
    group,
    having,
    window,
    order,
    limit,
    offset,
    after,
    lock,
    branches,
    parenthesized,
    table,
    rows,
    source,
    arrays,
    defaults,
    conflict,
    returning,
    set,
    counters,
    using_tables,
    when,
    options,
    base,
    partition,
    frame,
    target,
    predicate,
};

struct node {
    kind what;
    std::uint8_t flags = 0;
    std::uint32_t number = 0;
    std::uint32_t text_at = 0;
    std::uint32_t text_size = 0;
    node_id first = none;
    node_id last = none;
    node_id next = none;
};

class tree {
public:
    // Room for a usual statement, so that its steps need no memory of their own; expressions are small.
    explicit tree(kind root);

    node_id add(kind what, std::uint8_t flags = 0);
    node_id add(kind what, std::string_view text, std::uint8_t flags = 0);
    node_id add_text(std::string_view text) { return add(kind::text, text); }
    node_id add_text(std::string_view before, std::string_view text, std::string_view after);
    void append(node_id parent, node_id child) noexcept;
    void clear(node_id parent) noexcept;
    // A copy of the other tree below its root; it may be this one.
    node_id splice(const tree& other);

    const node& at(node_id id) const noexcept { return nodes_[id]; }
    node& at(node_id id) noexcept { return nodes_[id]; }
    std::string_view text(const node& of) const noexcept
    {
        return std::string_view{texts_}.substr(of.text_at, of.text_size);
    }
    std::size_t count(node_id parent) const noexcept;
    // About as many characters as the compiled text will have.
    std::size_t written_size() const noexcept { return texts_.size() + 6 * nodes_.size() + 64; }

    // The clause of a statement: made when there is none yet; none when there is none.
    node_id clause(node_id statement, clause_id which);
    node_id find(node_id statement, clause_id which) const noexcept;
    void drop(clause_id which) noexcept; // of the root

    // Names, quoted as the one rule for all of them says (src/sql/text/name.hpp).
    node_id add_name(std::string_view name);
    node_id add_name_with_alias(std::string_view name); // "email as mail" too
    node_id add_alias(std::string_view name);           // one identifier, dots included
    node_id add_reference(const reference& what);
    node_id add_aliased(const reference& what);
    node_id add_source(const reference& table);
    // A value or an expression. `stored`: NULL may be one; otherwise an empty optional throws error_kind::internal.
    node_id add_operand(const operand& what, bool stored = false);
    node_id add_untyped(std::string_view text); // a value whose type the server infers
    // Moved there from another node.
    void append_children(node_id parent, node_id from) noexcept;
    // Children appended to a new node.
    node_id add_sequence(std::initializer_list<node_id> parts);
    // A list among them is as many names as it has.
    void append_all(node_id parent, std::initializer_list<reference> names, node_id (tree::*add)(const reference&));

    node_id root = 0;
    pg::params values;

private:
    void expect_values();
    template <class Write>
    node_id add_written(kind what, Write write);

    std::vector<node> nodes_;
    std::string texts_;
};

// The way to a fragment's tree.
struct access {
    static const tree& read(const fragment& of) noexcept { return *of.tree_; }
    // A tree that no other fragment shares.
    static tree& edit(fragment& of);
    static expression wrap(std::shared_ptr<tree> made) { return expression{std::move(made)}; }
    static prepared prepare(const fragment& built, std::string_view name);
};

inline std::shared_ptr<tree> new_tree(kind root)
{
    return std::make_shared<tree>(root);
}

} // namespace lightdash::sql::detail
