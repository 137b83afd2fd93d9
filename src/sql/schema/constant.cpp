#include "lightdash/sql/schema/constant.hpp"

#include "lightdash/sql/identifier.hpp"
#include "sql/schema/schema_text.hpp"

#include <fmt/format.h>

#include <cmath>

namespace lightdash::sql {

struct constant::literal_writer {
    std::string operator()(std::monostate) const { return "null"; }
    std::string operator()(const std::string& text) const { return quote_literal(text); }
    std::string operator()(bool value) const { return value ? "true" : "false"; }
    std::string operator()(std::int64_t value) const { return std::to_string(value); }
    std::string operator()(double value) const
    {
        if (std::isfinite(value))
            return fmt::format("{}", value);
        return std::isnan(value) ? "'NaN'" : value > 0 ? "'Infinity'" : "'-Infinity'";
    }
    std::string operator()(const expression_text& expression) const { return expression.text; }
};

constant::constant(const expression& value) : value_(expression_text{inlined(value)}) {}

std::string constant::literal() const
{
    return std::visit(literal_writer{}, value_);
}

std::string constant::quoted() const
{
    auto text = literal();
    const bool bare = std::holds_alternative<bool>(value_) || std::holds_alternative<std::int64_t>(value_) ||
                      std::holds_alternative<double>(value_);
    return bare && text[0] != '\'' ? '\'' + text + '\'' : text;
}

} // namespace lightdash::sql
