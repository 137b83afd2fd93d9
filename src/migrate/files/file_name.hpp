// The name of a migration is the name of its file.
#pragma once

#include <string>
#include <string_view>

namespace lightdash::migrate {

// "migrations/003_create_projects_table.cpp" -> "003_create_projects_table"
inline std::string name_of_file(std::string_view path)
{
    path.remove_prefix(path.rfind('/') + 1); // npos + 1 is 0
    return std::string{path.substr(0, path.rfind('.'))};
}

} // namespace lightdash::migrate
