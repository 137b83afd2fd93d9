// What a clause is given: a value, which becomes a parameter, or an expression.
#pragma once

#include "lightdash/core/uuid.hpp"
#include "lightdash/sql/expression.hpp"

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lightdash::sql {

// A text without a type, as in a literal: the server takes it for what the place needs. For interval, jsonpath, enums
// and other types without a C++ counterpart.
struct untyped {
    std::string text;
};

template <class T>
concept parameter_value = !std::derived_from<T, fragment> && requires { pg::parameter_codec<T>::type; };

// An empty optional.
template <class T>
constexpr bool is_missing(const T& value) noexcept
{
    if constexpr (pg::is_optional<T>)
        return !value.has_value();
    else
        return false;
}

// An argument only: it borrows, and encodes the value where it belongs.
class operand {
public:
    enum class form : unsigned char { value, null, expression };

    operand(const expression& piece) : piece_(&piece), form_(form::expression) {}         // NOLINT(*-explicit-*)
    operand(std::nullopt_t) : form_(form::null) {}                                        // NOLINT(*-explicit-*)
    operand(std::nullptr_t) = delete;                                                     // std::nullopt is NULL
    operand(const char* text);                                                            // NOLINT(*-explicit-*)
    operand(const std::string& text) : operand(std::string_view{text}) {}                 // NOLINT(*-explicit-*)
    operand(std::string_view text) : text_(text), is_text_(true), type_(pg::oid::text) {} // NOLINT(*-explicit-*)
    operand(const untyped& value) : text_(value.text), is_text_(true) {}                  // NOLINT(*-explicit-*)
    template <parameter_value T>
    operand(const T& value) // NOLINT(*-explicit-*)
        : data_(&value), add_([](pg::params& to, const void* data) { to.add(*static_cast<const T*>(data)); }),
          missing_(is_missing(value)), type_(pg::parameter_type<T>)
    {}

    form what() const noexcept { return form_; }
    bool missing() const noexcept { return missing_; } // an empty optional: NULL where one may be stored, else refused
    bool is_text() const noexcept { return is_text_; }
    std::string_view text() const noexcept { return text_; }
    pg::oid type() const noexcept { return type_; }
    const expression* piece() const noexcept { return piece_; }
    void add_to(pg::params& values) const;

private:
    const void* data_ = nullptr;
    void (*add_)(pg::params&, const void*) = nullptr;
    const expression* piece_ = nullptr;
    std::string_view text_;
    bool is_text_ = false;
    bool missing_ = false;
    form form_ = form::value;
    pg::oid type_ = pg::oid::unknown;
};

} // namespace lightdash::sql

namespace lightdash::pg {

template <>
struct codec<sql::untyped> {
    static constexpr oid type = oid::unknown;
    static constexpr bool binary = false;
    static std::string cpp_name() { return "sql::untyped"; }
    static void encode(const sql::untyped& value, std::string& out) { detail::encode_text(value.text, out); }
};

} // namespace lightdash::pg
