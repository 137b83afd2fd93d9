// A folder of SQL files, removed afterwards.
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace lightdash::testing {

class sql_folder {
public:
    // Name and text of each file.
    explicit sql_folder(const std::map<std::string, std::string>& files = {});
    sql_folder(const sql_folder&) = delete;
    sql_folder& operator=(const sql_folder&) = delete;
    ~sql_folder();

    void write(const std::string& name, const std::string& text) const; // instead of what it held before
    void migration(const std::string& name, const std::string& up, const std::string& down = "select 1;",
                   const std::string& option = "") const;
    std::string path() const { return path_.string(); }

private:
    std::filesystem::path path_;
};

} // namespace lightdash::testing
