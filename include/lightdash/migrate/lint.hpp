// Finds what a migration would do to a database that people are using: locks that stop the traffic, rewrites of whole
// tables, changes that the running program does not expect. Pure functions: no server is needed.
#pragma once

#include "lightdash/core/describe.hpp"
#include "lightdash/migrate/migration.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::migrate {

enum class lint_severity : unsigned char {
    error,   // stops the traffic, breaks the running program, or cannot work at all
    warning, // worth a look
    style,   // only when asked for
};
LIGHTDASH_DESCRIBE_ENUM(lint_severity, error, warning, style)

struct lint_rule {
    std::string_view name; // "index-not-concurrent"
    lint_severity severity;
    std::string_view safe_form; // what to write instead
};
// In the order of the manual.
std::span<const lint_rule> lint_rules() noexcept;

struct lint_finding {
    std::string rule;
    lint_severity severity = lint_severity::error;
    std::string migration;
    std::string file;
    int line = 0;   // from 1; 0: not known
    int column = 0; // in bytes, from 1; 0: not known
    std::string message;
    std::string safe_form;
    std::string allowed; // the reason of the comment that allows it; empty: not allowed
};
LIGHTDASH_DESCRIBE(lint_finding, rule, severity, migration, file, line, column, message, safe_form, allowed)

struct lint_options {
    // Only these migrations are checked; the others still say what exists. Empty: all.
    std::set<std::string> only;
    // The checked ones run together: a table that one of them creates is new, and empty, for those behind it. Otherwise
    // a table is new only in the migration that creates it.
    bool together = false;
    bool style = false;  // style rules too
    bool strict = false; // a missing way down is an error
    // Estimated rows by table ("users", "reports.events"; public is left out), as the database's statistics have them.
    // A table that is not in it counts as possibly large. Empty: no database was asked.
    std::map<std::string, std::int64_t> rows;
};

// Only the ways up are checked: whoever reverts a migration means to drop what it made. In the order of the migrations
// and statements; allowed findings are among them. Bodies of functions and DO blocks are not looked into,
// nor are code migrations that change data. What PostgreSQL refuses inside a transaction, registry::add() refused.
//
// A comment allows a rule for the statement below it, around it or before it on the same line; above "-- migrate:up",
// for the whole file:
//     -- lint:allow drop-column: nobody has read it since 4.2
std::vector<lint_finding> lint(const registry& known, const lint_options& options = {});

// The finding about a file that could not be read as a migration, `why` being that error's sentence.
lint_finding file_not_loaded(const std::string& file, std::string_view why);

// "migrations/012_x.sql:4:1: error: … [index-not-concurrent]", and the safe form on a line of its own.
std::string to_string(const lint_finding& finding);

// Throws migrate_error (exit_code::lint) that tells every error that neither a comment nor `allowed_rules` allows, and
// error_kind::usage when a rule of that name does not exist.
void refuse_unsafe(std::span<const lint_finding> findings, const std::set<std::string>& allowed_rules);

} // namespace lightdash::migrate
