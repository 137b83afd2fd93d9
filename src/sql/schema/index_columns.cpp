#include "lightdash/sql/schema/index_columns.hpp"

#include "lightdash/sql/identifier.hpp"
#include "sql/schema/schema_text.hpp"

namespace lightdash::sql {

index_column::index_column(const expression& computed) : expression_(inlined(computed)) {}

index_column& index_column::asc()
{
    direction_ = " asc";
    return *this;
}

index_column& index_column::desc()
{
    direction_ = " desc";
    return *this;
}

index_column& index_column::nulls_first()
{
    nulls_ = " nulls first";
    return *this;
}

index_column& index_column::nulls_last()
{
    nulls_ = " nulls last";
    return *this;
}

index_column& index_column::op_class(std::string name)
{
    op_class_ = std::move(name);
    return *this;
}

index_column& index_column::collate(std::string name)
{
    collation_ = std::move(name);
    return *this;
}

std::string index_column::text() const
{
    const bool decorated = !collation_.empty() || !op_class_.empty() || *direction_ || *nulls_;
    std::string text;
    if (expression_.empty())
        text = quote_identifier(name_);
    else if (decorated)
        text = '(' + expression_ + ')'; // what follows belongs to the index, not to the expression
    else
        text = expression_;
    if (!collation_.empty())
        text += " collate " + quote_qualified(collation_);
    if (!op_class_.empty())
        text += ' ' + quote_qualified(op_class_);
    return text + direction_ + nulls_;
}

std::vector<std::string> index_columns::names() const
{
    std::vector<std::string> names;
    for (const auto& column : columns_) {
        if (column.name().empty())
            refuse("An expression has no name: give the index its own.");
        names.push_back(column.name());
    }
    return names;
}

} // namespace lightdash::sql
