// What a column may be one of: an array in one parameter, a parameter for each, a subquery, or an open parameter.
#pragma once

#include "lightdash/sql/operand.hpp"

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <tuple>
#include <type_traits>
#include <vector>

namespace lightdash::sql {

// A parameter for each value: `in ($1, $2)`. The text changes with their number. Tuples compare with row(...).
class each {
    template <class T>
    static constexpr bool is_vector = false;
    template <class T>
    static constexpr bool is_vector<std::vector<T>> = true;

public:
    template <class T>
    explicit each(const std::vector<T>& values) : each(values.data(), values.size())
    {
        static_assert(!std::is_same_v<T, bool>);
    }
    template <class T>
        requires(!is_vector<T>) // each{ids} means the vector's values
    each(std::initializer_list<T> values) : each(values.begin(), values.size())
    {}

    std::size_t size() const noexcept { return size_; }
    bool holds_null() const noexcept { return holds_null_; } // an empty optional
    std::size_t width() const noexcept { return width_; }    // values per element
    bool tuples() const noexcept { return tuples_; }
    void add_to(pg::params& values, std::size_t element) const { add_(values, data_, element); }

private:
    template <class T>
    struct element {
        static constexpr std::size_t width = 1;
        static constexpr bool tuple = false;
        static void add(pg::params& to, const T& value) { to.add(value); }
        static bool null(const T& value) { return is_missing(value); }
    };
    template <class... T>
    struct element<std::tuple<T...>> {
        static constexpr std::size_t width = sizeof...(T);
        static constexpr bool tuple = true;
        static void add(pg::params& to, const std::tuple<T...>& value)
        {
            std::apply([&](const T&... part) { (to.add(part), ...); }, value);
        }
        static bool null(const std::tuple<T...>& value)
        {
            return std::apply([](const T&... part) { return (is_missing(part) || ...); }, value);
        }
    };

    template <class T>
    each(const T* first, std::size_t size)
        : data_(first), size_(size), width_(element<T>::width), tuples_(element<T>::tuple),
          add_([](pg::params& to, const void* data, std::size_t at) {
              element<T>::add(to, static_cast<const T*>(data)[at]);
          }),
          holds_null_(std::any_of(first, first + size, [](const T& value) { return element<T>::null(value); }))
    {}

    const void* data_;
    std::size_t size_;
    std::size_t width_;
    bool tuples_;
    void (*add_)(pg::params&, const void*, std::size_t);
    bool holds_null_;
};

// An argument only: it borrows.
class choices {
public:
    // One parameter: `= any($1)`. An empty list matches nothing, its negation everything.
    template <class T>
        requires parameter_value<std::vector<T>>
    choices(const std::vector<T>& values) // NOLINT(*-explicit-*)
        : array_(operand{values}),
          holds_null_(std::ranges::any_of(values, [](const T& one) { return is_missing(one); }))
    {}
    choices(std::initializer_list<std::string_view> texts);                           // NOLINT(*-explicit-*)
    choices(std::initializer_list<int> numbers);                                      // NOLINT(*-explicit-*)
    choices(std::initializer_list<std::int64_t> numbers);                             // NOLINT(*-explicit-*)
    choices(std::initializer_list<uuid> ids);                                         // NOLINT(*-explicit-*)
    choices(const each& values) : each_(&values), holds_null_(values.holds_null()) {} // NOLINT(*-explicit-*)
    // A subquery, SQL text or an open parameter of a vector's type.
    choices(const expression& piece) : array_(piece) {} // NOLINT(*-explicit-*)

    const each* one_by_one() const noexcept { return each_; } // null: array()
    const operand& array() const noexcept { return array_; }
    bool holds_null() const noexcept { return holds_null_; }      // an empty optional among the values
    const pg::params& listed() const noexcept { return listed_; } // holds the array when it was written in braces

private:
    operand array_{std::nullopt};
    pg::params listed_;
    const each* each_ = nullptr;
    bool holds_null_ = false;
};

namespace detail {
expression unnest_of(std::initializer_list<operand> columns);
} // namespace detail

// Arrays side by side as rows, one parameter per column: where_in(row("a", "b"), unnest(as, bs)), or as a table:
// unnest(as, bs).as("t", {"a", "b"}). Of the same length.
template <class... T>
expression unnest(const std::vector<T>&... columns)
{
    return detail::unnest_of({operand{columns}...});
}

} // namespace lightdash::sql
