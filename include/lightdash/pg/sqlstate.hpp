// What the server said, as an error that answers questions, and the conditions that somebody decides by: the one place
// that knows SQLSTATEs (PostgreSQL manual, appendix A).
#pragma once

#include "lightdash/core/error.hpp"

#include <initializer_list>
#include <string_view>

namespace lightdash::pg {

// The error of a failed statement. An empty SQLSTATE means that the connection broke without one: libpq reports a fatal
// result and nothing else. The message may be shown to clients: it names fields and rules, never values; what the
// server said is in detail().
error make_error(database_diagnostics said);

// Named as in the appendix.
enum class condition : unsigned char {
    feature_not_supported,
    division_by_zero,
    invalid_parameter_value,
    unique_violation,
    in_failed_sql_transaction,
    invalid_sql_statement_name,
    invalid_catalog_name,
    invalid_schema_name,
    syntax_error,
    duplicate_database,
    duplicate_object,
    duplicate_prepared_statement,
    duplicate_table,
    undefined_object,
    undefined_table,
    wrong_object_type,
    object_in_use,
    internal_error,
};

bool is(std::string_view sqlstate, condition what) noexcept;
bool is_one_of(std::string_view sqlstate, std::initializer_list<condition> any) noexcept;

} // namespace lightdash::pg
