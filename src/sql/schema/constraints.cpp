// What keys, conditions and indexes remember of their description.
#include "lightdash/sql/schema/check.hpp"
#include "lightdash/sql/schema/exclusion.hpp"
#include "lightdash/sql/schema/foreign_key.hpp"
#include "lightdash/sql/schema/index.hpp"
#include "lightdash/sql/schema/key.hpp"
#include "sql/schema/schema_text.hpp"

#include <utility>

namespace lightdash::sql {

foreign_key::foreign_key(std::vector<std::string> columns, std::string name)
{
    definition_.columns = std::move(columns);
    definition_.name = std::move(name);
}

foreign_key& foreign_key::references(const column_names& target_columns)
{
    definition_.target_columns = target_columns.list();
    if (definition_.target_columns.size() == 1) {
        auto& column = definition_.target_columns.front();
        if (const auto dot = column.rfind('.'); dot != std::string::npos) {
            definition_.target_table = column.substr(0, dot);
            column.erase(0, dot + 1);
        }
    }
    return *this;
}

foreign_key& foreign_key::in_table(std::string target_table)
{
    definition_.target_table = std::move(target_table);
    return *this;
}

foreign_key& foreign_key::on_delete(referential_action action)
{
    definition_.on_delete = action;
    return *this;
}

foreign_key& foreign_key::on_update(referential_action action)
{
    definition_.on_update = action;
    return *this;
}

foreign_key& foreign_key::with_key_name(std::string name)
{
    definition_.name = std::move(name);
    return *this;
}

foreign_key& foreign_key::deferrable(deferral initially)
{
    definition_.deferrable = initially;
    return *this;
}

foreign_key& foreign_key::match_full()
{
    definition_.match_full = true;
    return *this;
}

foreign_key& foreign_key::not_valid()
{
    definition_.not_valid = true;
    return *this;
}

primary_key::primary_key(std::vector<std::string> columns, std::string name)
{
    definition_.columns = std::move(columns);
    definition_.name = std::move(name);
}

primary_key& primary_key::deferrable(deferral initially)
{
    definition_.deferrable = initially;
    return *this;
}

primary_key& primary_key::include(const column_names& columns)
{
    definition_.include = columns.list();
    return *this;
}

primary_key& primary_key::using_index(std::string index)
{
    definition_.using_index = std::move(index);
    return *this;
}

unique_key::unique_key(std::vector<std::string> columns, std::string name)
{
    definition_.columns = std::move(columns);
    definition_.name = std::move(name);
}

unique_key& unique_key::deferrable(deferral initially)
{
    definition_.deferrable = initially;
    return *this;
}

unique_key& unique_key::include(const column_names& columns)
{
    definition_.include = columns.list();
    return *this;
}

unique_key& unique_key::nulls_not_distinct()
{
    definition_.nulls_not_distinct = true;
    return *this;
}

unique_key& unique_key::using_index(std::string index)
{
    definition_.using_index = std::move(index);
    return *this;
}

check::check(std::string expression, std::string name)
{
    definition_.expression = std::move(expression);
    definition_.name = std::move(name);
}

check& check::not_valid()
{
    definition_.not_valid = true;
    return *this;
}

exclusion::exclusion(std::vector<exclusion_element> elements, std::string name)
{
    definition_.elements = std::move(elements);
    definition_.name = std::move(name);
}

exclusion& exclusion::using_method(std::string method)
{
    definition_.method = std::move(method);
    return *this;
}

exclusion& exclusion::where(const expression& predicate)
{
    definition_.predicate = inlined(predicate);
    return *this;
}

exclusion& exclusion::deferrable(deferral initially)
{
    definition_.deferrable = initially;
    return *this;
}

index::index(std::vector<index_column> columns, std::string name, bool unique)
{
    definition_.columns = std::move(columns);
    definition_.name = std::move(name);
    definition_.unique = unique;
}

index& index::concurrently()
{
    definition_.concurrently = true;
    return *this;
}

index& index::if_not_exists()
{
    definition_.if_not_exists = true;
    return *this;
}

index& index::using_method(std::string method)
{
    definition_.method = std::move(method);
    return *this;
}

index& index::where(const expression& predicate)
{
    definition_.predicate = inlined(predicate);
    return *this;
}

index& index::include(const column_names& columns)
{
    definition_.include = columns.list();
    return *this;
}

index& index::nulls_not_distinct()
{
    definition_.nulls_not_distinct = true;
    return *this;
}

index& index::with(std::string parameter, const constant& value)
{
    require_word(parameter);
    definition_.storage.emplace_back(std::move(parameter), value.literal());
    return *this;
}

} // namespace lightdash::sql
