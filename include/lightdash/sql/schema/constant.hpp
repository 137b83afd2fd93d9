// A value inside a statement that takes no parameters (defaults, checks, partition bounds): it becomes an escaped
// literal.
#pragma once

#include "lightdash/sql/operand.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lightdash::sql {

class constant {
public:
    constant(std::nullptr_t) {}
    constant(const char* text) : value_(std::string{text}) {}
    constant(std::string_view text) : value_(std::string{text}) {}
    constant(std::string text) : value_(std::move(text)) {}
    constant(bool value) : value_(value) {}
    template <std::signed_integral Integer>
    constant(Integer value) : value_(std::int64_t{value})
    {}
    constant(double value) : value_(value) {}
    // Any expression: raw("now()"), now().
    constant(const expression& value);
    // '{"a","b"}'::text[]
    template <class T>
    constant(const std::vector<T>& values) : constant(value(operand{values}))
    {}

    // null, 'text', true, 5: what stands in an expression. Throws error_kind::internal when a text holds a NUL byte.
    std::string literal() const;
    // The same with numbers and booleans in quotes, so that they take the type of the column: Knex's way with defaults.
    std::string quoted() const;

    const bool* as_boolean() const noexcept { return std::get_if<bool>(&value_); }

private:
    struct expression_text {
        std::string text;
    };
    struct literal_writer;

    std::variant<std::monostate, std::string, bool, std::int64_t, double, expression_text> value_;
};

} // namespace lightdash::sql
