// A piece of SQL: what every builder is. A value that owns a tree; copies share it until one of them changes.
#pragma once

#include "lightdash/pg/params.hpp"

#include <memory>
#include <string>

namespace lightdash::sql {

namespace detail {
class tree;
struct access;
} // namespace detail

// "… $1 … $2" and the values that belong to the placeholders.
struct compiled {
    std::string text;
    pg::params values;
};

class fragment {
public:
    // No moves: what was moved from would be a builder without a tree.
    fragment(const fragment&) = default;
    fragment& operator=(const fragment&) = default;

    // Throws error_kind::internal when something is missing: a value, a required clause, an open parameter.
    compiled compile() const;

    // The text with its values in place. For people: logs and tests. Never send it to a server; it may hold what the
    // values hold, passwords too.
    std::string to_string() const;

protected:
    explicit fragment(std::shared_ptr<detail::tree> tree) noexcept : tree_(std::move(tree)) {}
    ~fragment() = default;

private:
    friend struct detail::access;
    std::shared_ptr<detail::tree> tree_;
};

} // namespace lightdash::sql
