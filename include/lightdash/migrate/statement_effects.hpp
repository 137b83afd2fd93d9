// What a statement does besides changing its database, as PostgreSQL's own parser reads it: whether it reaches outside,
// what it leaves set on its session, and whether it may stand in a transaction block. Pure functions: no server is
// needed, and a text that the parser does not know (newer syntax) is judged by its first words.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace lightdash::migrate {

// PostgreSQL's PreventInTransactionBlock, as far as a text can tell.
enum class in_transaction : unsigned char {
    works,
    may_be_refused, // depends on what it meets: a procedure that commits, a partitioned table, a slot
    refused,        // SQLSTATE 25001 in every transaction block
};

struct statement_effects {
    // What of it changes more than the database it runs in, such as "ALTER ROLE", "COPY … TO PROGRAM" or
    // "dblink_exec()"; "" when nothing does. Roles, databases, tablespaces, subscriptions and settings of the server
    // belong to the whole cluster (manual, 23.1); other servers, files and slots outlive it altogether.
    std::string outside;
    bool outside_rolls_back = true; // a transaction that is rolled back takes it back
    bool outside_is_all = true;     // it does nothing else; false for bodies that do more than that
    // What of it lasts on the session: "SET search_path", "SET ROLE", "set_config()", "RESET", "DISCARD", "PREPARE",
    // "LISTEN", "LOAD", "a temporary table", …; "" when nothing does. SET LOCAL does not.
    std::string session;
    bool session_is_all = false; // it does nothing else: run again, it gives another session the same
    in_transaction transaction = in_transaction::works;
    // The function or procedure that it makes and whose body reaches outside: to be handed to later calls. "" for all
    // others; the last part of the name, as the catalog spells it.
    std::string outside_routine;
};

inline constexpr std::string_view temporary_object = "a temporary table, view or sequence"; // as `session`

// `statement` is one statement. The bodies of DO blocks are looked into, as are texts that they execute when these
// begin with plain words. `outside_routines`: functions and procedures whose callers reach outside.
statement_effects effects_of(const std::string& statement, const std::set<std::string>& outside_routines = {});

} // namespace lightdash::migrate
