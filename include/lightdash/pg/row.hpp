// Rows as C++ values: described structs (columns in the order of the description, names checked), tuples, or a single
// column. A member that is a described struct itself takes its columns in its place, named member_column; an optional
// one is empty when the first of them is NULL (as of a row that an outer join did not find).
#pragma once

#include "lightdash/core/described_columns.hpp"
#include "lightdash/core/error.hpp"
#include "lightdash/pg/codec.hpp"
#include "lightdash/pg/result.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace lightdash::pg {

namespace detail {
// Throws error_kind::database_error that names the first column that differs, and both lists' sizes.
void check_columns(const result& rows, std::span<const std::string> names);
void check_column_count(const result& rows, std::size_t expected);
// The same failure, saying which column it was.
[[noreturn]] void rethrow_with_column(const error& failure, const result& rows, std::size_t column);
[[noreturn]] void throw_no_row(std::string_view statement);
[[noreturn]] void throw_too_many_rows(std::string_view statement, std::size_t rows);

template <class T>
inline constexpr bool is_tuple = false;
template <class... T>
inline constexpr bool is_tuple<std::tuple<T...>> = true;
} // namespace detail

namespace detail {

template <class Row>
constexpr std::size_t count_columns()
{
    if constexpr (described_struct<Row>) {
        std::size_t count = 0;
        boost::mp11::mp_for_each<members_of<Row>>([&](auto member) {
            count += count_columns<
                lightdash::detail::held_t<std::remove_reference_t<decltype(std::declval<Row&>().*member.pointer)>>>();
        });
        return count;
    } else if constexpr (is_tuple<Row>) {
        return std::tuple_size_v<Row>;
    } else {
        return 1;
    }
}

} // namespace detail

// How many columns a row of this type takes.
template <class Row>
inline constexpr std::size_t column_count = detail::count_columns<Row>();

template <class Row>
void check_shape(const result& rows)
{
    if constexpr (described_struct<Row>)
        detail::check_columns(rows, described_columns<Row>());
    else
        detail::check_column_count(rows, column_count<Row>);
}

namespace detail {

// Reads the fields of one row from the left to the right.
class field_cursor {
public:
    field_cursor(const result& rows, std::size_t row, std::size_t column) noexcept
        : rows_(rows), row_(row), column_(column)
    {}

    template <class T>
    void read_into(T& member)
    {
        if constexpr (described_struct<T>) {
            for_each_member(member, [&](std::string_view, auto& part) { this->read_into(part); });
        } else if constexpr (is_optional<T> && described_struct<lightdash::detail::held_t<T>>) {
            if (rows_.field(row_, column_).null)
                column_ += column_count<lightdash::detail::held_t<T>>;
            else
                read_into(member.emplace());
        } else {
            member = codec<T>::decode(rows_.field(row_, column_));
            ++column_;
        }
    }
    std::size_t column() const noexcept { return column_; }

private:
    const result& rows_;
    std::size_t row_;
    std::size_t column_;
};

} // namespace detail

// The row's values from column `first` on. The caller has checked the shape. Throws error_kind::database_error that
// names the column whose value does not fit.
template <class Row>
Row map_row(const result& rows, std::size_t row, std::size_t first = 0)
{
    detail::field_cursor fields{rows, row, first};
    Row made{};
    try {
        if constexpr (detail::is_tuple<Row>)
            std::apply([&](auto&... part) { (fields.read_into(part), ...); }, made);
        else
            fields.read_into(made);
    } catch (const error& failure) {
        detail::rethrow_with_column(failure, rows, fields.column());
    }
    return made;
}

template <class Row>
std::vector<Row> map_all(const result& rows)
{
    check_shape<Row>(rows);
    std::vector<Row> made;
    made.reserve(rows.rows());
    for (std::size_t i = 0; i < rows.rows(); ++i)
        made.push_back(map_row<Row>(rows, i));
    return made;
}

template <class Row>
std::optional<Row> map_maybe(const result& rows, std::string_view statement)
{
    check_shape<Row>(rows);
    if (rows.rows() > 1)
        detail::throw_too_many_rows(statement, rows.rows());
    if (rows.rows() == 0)
        return std::nullopt;
    return map_row<Row>(rows, 0);
}

template <class Row>
Row map_one(const result& rows, std::string_view statement)
{
    auto found = map_maybe<Row>(rows, statement);
    if (!found)
        detail::throw_no_row(statement);
    return std::move(*found);
}

} // namespace lightdash::pg
