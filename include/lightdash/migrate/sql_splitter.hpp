// SQL text taken apart into its statements.
#pragma once

#include "lightdash/migrate/migration.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lightdash::migrate {

// Splits at the semicolons that end statements: not those inside quotes, dollar quotes, comments, parentheses and the
// bodies of BEGIN ATOMIC functions (PostgreSQL's extended protocol takes one statement at a time). Comments before a
// statement are left out, the semicolon too. `first_line` is the line on which `text` begins. Throws
// error_kind::configuration that begins with "file:line:" when a quote, comment or parenthesis is not closed, and for
// what psql alone understands: its backslash commands, COPY from and to the client.
std::vector<migration_statement> split_statements(std::string_view file, std::string_view text, int first_line = 1);

// The words that a statement begins with, upper case: at most two, comments skipped ("CREATE TABLE").
std::string leading_words(std::string_view statement);

} // namespace lightdash::migrate
