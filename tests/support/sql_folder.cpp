#include "support/sql_folder.hpp"

#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace lightdash::testing {

sql_folder::sql_folder(const std::map<std::string, std::string>& files)
{
    std::string made = (std::filesystem::temp_directory_path() / "lightdash-sql-XXXXXX").string();
    if (!::mkdtemp(made.data()))
        throw std::runtime_error("cannot create " + made);
    path_ = made;
    for (const auto& [name, text] : files)
        write(name, text);
}

sql_folder::~sql_folder()
{
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

void sql_folder::write(const std::string& name, const std::string& text) const
{
    std::ofstream{path_ / name} << text;
}

void sql_folder::migration(const std::string& name, const std::string& up, const std::string& down,
                           const std::string& option) const
{
    write(name + ".sql", "-- migrate:up" + option + "\n" + up + "\n-- migrate:down\n" + down + "\n");
}

} // namespace lightdash::testing
