#include "lightdash/sql/fragment.hpp"

#include "lightdash/core/error.hpp"
#include "sql/compiler/compiler.hpp"

#include <fmt/format.h>

namespace lightdash::sql {

compiled fragment::compile() const
{
    detail::compiler out{*tree_, detail::compiler::values_as::placeholders};
    out.run();
    if (!out.opens.empty())
        throw error{
            error_kind::internal,
            fmt::format("The statement has {} open parameters: give it a name with named(), and the values with "
                        "each call.",
                        out.opens.size())};
    return {std::move(out.text), std::move(out.values)};
}

std::string fragment::to_string() const
{
    detail::compiler out{*tree_, detail::compiler::values_as::literals};
    out.run();
    return std::move(out.text);
}

} // namespace lightdash::sql
