#include "lightdash/pg/row.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lightdash::pg::detail {

void check_columns(const result& rows, std::span<const std::string> names)
{
    const auto shared = std::min(rows.columns(), names.size());
    for (std::size_t i = 0; i < shared; ++i)
        if (rows.column_name(i) != names[i])
            throw error{error_kind::database_error,
                        fmt::format("Column {} of the answer is \"{}\", but the described struct has \"{}\" there "
                                    "(the answer has {} columns, the struct {} members).",
                                    i + 1, rows.column_name(i), names[i], rows.columns(), names.size())};
    check_column_count(rows, names.size());
}

void check_column_count(const result& rows, std::size_t expected)
{
    if (rows.columns() != expected)
        throw error{error_kind::database_error,
                    fmt::format("The answer has {} columns, but {} are read.", rows.columns(), expected)};
}

void throw_no_row(std::string_view statement)
{
    throw error{error_kind::no_rows, fmt::format("Statement \"{}\" found no row.", statement)};
}

void throw_too_many_rows(std::string_view statement, std::size_t rows)
{
    throw error{error_kind::too_many_rows,
                fmt::format("Statement \"{}\" found {} rows where at most one was expected.", statement, rows)};
}

void rethrow_with_column(const error& failure, const result& rows, std::size_t column)
{
    throw error{failure.kind(),
                fmt::format("Column {} \"{}\": {}", column + 1, rows.column_name(column), failure.message())}
        .with_detail(failure.detail());
}

} // namespace lightdash::pg::detail
