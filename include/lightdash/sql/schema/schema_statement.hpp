// One statement of a described schema change, with what it means for everybody else while it runs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lightdash::sql {

// PostgreSQL's locks on a table, weakest first (manual, 13.3.1 "Table-Level Locks").
enum class table_lock : unsigned char {
    access_share,
    row_share,
    row_exclusive,
    share_update_exclusive,
    share,
    share_row_exclusive,
    exclusive,
    access_exclusive,
};

// As the manual spells it: "ACCESS EXCLUSIVE".
std::string_view to_string(table_lock lock) noexcept;

// Whether two sessions must wait for one another (manual, table 13.2): a lock stops reads when it conflicts with
// access_share, and writes when it conflicts with row_exclusive.
bool conflicts(table_lock one, table_lock other) noexcept;

struct locked_table {
    std::string table; // as it was described: with its schema before a dot, or as the search path finds it
    table_lock lock;

    friend bool operator==(const locked_table&, const locked_table&) = default;
};

struct schema_statement {
    std::string text;
    // The strongest lock on each table, view or sequence that is there before the statement runs; it is held until the
    // transaction ends. Not listed are indexes, and partitions, children and the sequences of columns, which are locked
    // like their table.
    std::vector<locked_table> locks;
    // False: it locks more than `locks` says, on tables that the description does not name (raw text, the body of a
    // view, a foreign key that is dropped by its name, cascade).
    bool locks_complete = true;
    bool transactional = true; // false: PostgreSQL refuses it inside a transaction block (SQLSTATE 25001)
    int line = 0;              // of the call that described it, in its source file
};

// The same question for any one statement's text, from its first words: CREATE INDEX CONCURRENTLY, VACUUM, CREATE
// DATABASE and the like may not run in a transaction block.
bool runs_in_transaction(std::string_view statement);

} // namespace lightdash::sql
