#include "lightdash/sql/schema/names.hpp"

#include "lightdash/sql/identifier.hpp"
#include "sql/schema/schema_text.hpp"

#include <fmt/format.h>

namespace lightdash::sql {

std::string conventional_name(const std::string& table, const std::vector<std::string>& columns, const char* suffix)
{
    std::string name = table.substr(table.rfind('.') + 1); // npos + 1 is 0
    for (const auto& column : columns)
        name += '_' + column;
    name += '_';
    name += suffix;
    for (char& c : name) {
        if (c == '.' || c == '-')
            c = '_';
        else if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    }
    if (name.size() > max_identifier_bytes)
        refuse(fmt::format("By the rule \"{}\" ({}) would have the name \"{}\" of {} bytes, but PostgreSQL keeps only "
                           "{}: give it a name of its own.",
                           table, fmt::join(columns, ", "), name, name.size(), max_identifier_bytes));
    return name;
}

} // namespace lightdash::sql
