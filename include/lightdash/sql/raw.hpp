// SQL text that goes into a statement as it is.
#pragma once

#include "lightdash/pg/statement.hpp"
#include "lightdash/sql/operand.hpp"
#include "lightdash/sql/prepared.hpp"
#include "lightdash/sql/raw_text.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace lightdash::sql {

// What `:name` or `:name:` in a raw text stands for: named("id", 5).
struct named_binding {
    using is_named_binding = void;
    std::string_view name;
    operand value;
};
inline named_binding named(std::string_view name, const operand& value)
{
    return {name, value};
}

// Each placeholder (raw_text.hpp) takes one argument: a value or an expression for `?`, a name, or names(...), for
// `??`.
// `\?` and `\:` are the characters themselves, with and without arguments. An empty optional throws
// error_kind::internal: NULL is std::nullopt, or value(optional).
class raw : public expression, public executable<raw> {
public:
    // A literal only: it cannot hold what a caller sent.
    explicit raw(raw_literal text);
    // The number of placeholders is checked by the compiler. Throws error_kind::internal for a value where a name must
    // be, and for names (`:name`) without a binding or bindings without a place.
    template <class First, class... Rest>
    explicit raw(raw_text<std::type_identity_t<First>, std::type_identity_t<Rest>...> text, const First& first,
                 const Rest&... rest)
        : raw(build(text.text(), {first, rest...}))
    {}

    // For text that is not a literal; the name is for reviewers to search for. Another number of placeholders than of
    // arguments throws error_kind::internal.
    static raw trusted(std::string_view text);
    template <class First, class... Rest>
    static raw trusted(std::string_view text, const First& first, const Rest&... rest)
    {
        return build(text, {first, rest...});
    }

    // Each `:name` is an open parameter of the type that named<…>() finds for it.
    static raw open(pg::sql_literal text);

    // prefix, this, suffix: raw(…).wrap("(", ") as a").
    [[nodiscard]] raw wrap(pg::sql_literal prefix, pg::sql_literal suffix) const;

    // Throws error_kind::internal when there are values.
    std::string text() const;

private:
    using expression::expression;
    static raw build(std::string_view text, std::initializer_list<operand> arguments);
    static raw build(std::string_view text, std::initializer_list<named_binding> arguments);
};

// A list of names, for `??`.
expression names_of(std::initializer_list<reference> list);
template <class... Names>
expression names(const Names&... list)
{
    return names_of({list...});
}

} // namespace lightdash::sql
