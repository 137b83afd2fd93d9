// What a clause names: a column or a table by its name, or an expression.
#pragma once

#include "lightdash/sql/expression.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace lightdash::sql {

// An argument only: it borrows. Names are quoted: "a.b" has two parts, "*" stays, "tags[1]" keeps its index, blanks
// around a part are dropped. Where a name may be given another one (select list, tables, returning), "email as mail"
// does. Throws error_kind::internal when a name is null, empty or too long, or has an alias where none may be.
class reference {
public:
    reference(std::nullptr_t) = delete;
    reference(const char* name);                           // NOLINT(*-explicit-*)
    reference(std::string_view name) : name_(name) {}      // NOLINT(*-explicit-*)
    reference(const std::string& name) : name_(name) {}    // NOLINT(*-explicit-*)
    reference(const expression& piece) : piece_(&piece) {} // NOLINT(*-explicit-*)

    std::string_view name() const noexcept { return name_; }
    const expression* piece() const noexcept { return piece_; } // null: a name

private:
    std::string_view name_;
    const expression* piece_ = nullptr;
};

} // namespace lightdash::sql
