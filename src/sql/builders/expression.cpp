#include "lightdash/sql/expression.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/sql/choices.hpp"
#include "lightdash/sql/identifier.hpp"
#include "sql/text/name.hpp"
#include "sql/tree/tree.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lightdash::sql {

using detail::access;
using detail::clause_id;
using detail::kind;
using detail::new_tree;

namespace {

expression from_text(std::string_view text)
{
    auto made = new_tree(kind::sequence);
    made->append(made->root, made->add_text(text));
    return access::wrap(std::move(made));
}

} // namespace

reference::reference(const char* name)
{
    if (name == nullptr)
        throw error{error_kind::internal, "A column or table has no name (a null pointer)."};
    name_ = name;
}

operand::operand(const char* text) : is_text_(true), type_(pg::oid::text)
{
    if (text == nullptr)
        throw error{error_kind::internal, "A value is missing (a null pointer)."};
    text_ = text;
}

void operand::add_to(pg::params& values) const
{
    if (form_ == form::null)
        values.add(std::nullopt);
    else if (!is_text_)
        add_(values, data_);
    else if (type_ == pg::oid::text)
        values.add(text_);
    else
        values.add(untyped{std::string{text_}});
}

namespace {

template <class T>
pg::params as_array(std::initializer_list<T> values)
{
    return pg::params::of(std::vector<T>{values});
}

} // namespace

choices::choices(std::initializer_list<std::string_view> texts) : listed_(as_array(texts)) {}
choices::choices(std::initializer_list<int> numbers) : listed_(as_array(numbers)) {}
choices::choices(std::initializer_list<std::int64_t> numbers) : listed_(as_array(numbers)) {}
choices::choices(std::initializer_list<uuid> ids) : listed_(as_array(ids)) {}

expression expression::as(std::string_view name) const
{
    return as(name, {});
}

expression expression::as(std::string_view name, std::initializer_list<std::string_view> columns) const
{
    std::string alias{" as "};
    append_identifier(alias, name);
    for (const auto column : columns) {
        alias += alias.back() == '"' && column.data() == columns.begin()->data() ? "(" : ", ";
        append_identifier(alias, column);
    }
    if (columns.size() != 0)
        alias += ')';
    auto made = new_tree(kind::sequence);
    made->append(made->root, made->splice(access::read(*this)));
    made->append(made->root, made->add_text(alias));
    return access::wrap(std::move(made));
}

expression ref(std::string_view name)
{
    auto made = new_tree(kind::sequence);
    made->root = made->add_name_with_alias(name);
    return access::wrap(std::move(made));
}

expression value(const operand& of)
{
    auto made = new_tree(kind::sequence);
    made->root = made->add_operand(of, true);
    return access::wrap(std::move(made));
}

expression detail::open_parameter(pg::oid type, std::string_view name)
{
    auto made = new_tree(kind::sequence);
    made->root = made->add(kind::open, name);
    made->at(made->root).number = static_cast<std::uint32_t>(type);
    return access::wrap(std::move(made));
}

expression detail::grouping(std::string_view keyword, std::initializer_list<reference> parts)
{
    auto made = new_tree(kind::sequence);
    made->append(made->root, made->add_text(keyword, "(", ""));
    const auto list = made->add(kind::list);
    made->append_all(list, parts, &tree::add_reference);
    made->append(made->root, list);
    made->append(made->root, made->add_text(")"));
    return access::wrap(std::move(made));
}

expression now()
{
    return from_text("CURRENT_TIMESTAMP");
}

expression now(int precision)
{
    if (precision < 0 || precision > 6)
        throw error{error_kind::internal,
                    fmt::format("now({}): a second's fraction has 0 to 6 digits in PostgreSQL.", precision)};
    return from_text(fmt::format("CURRENT_TIMESTAMP({})", precision));
}

expression random_uuid()
{
    return from_text("(gen_random_uuid())");
}

expression default_value()
{
    return from_text("DEFAULT");
}

expression only(std::string_view table)
{
    auto made = new_tree(kind::sequence);
    made->root = made->add_source(table);
    made->at(made->root).flags |= detail::source_only;
    return access::wrap(std::move(made));
}

expression detail::unnest_of(std::initializer_list<operand> columns)
{
    auto made = new_tree(kind::select);
    const auto begin = made->add_text("unnest(");
    const auto list = made->add(kind::list);
    for (const auto& column : columns)
        made->append(list, made->add_operand(column));
    const auto rows = made->add_sequence({begin, list, made->add_text(")")});
    made->append(made->clause(made->root, clause_id::from), rows);
    return access::wrap(std::move(made));
}

} // namespace lightdash::sql
