#include "support/shipped_migrations.hpp"

#include <algorithm>
#include <filesystem>

namespace lightdash::testing {

const std::vector<std::string>& shipped_migrations()
{
    static const auto names = [] {
        std::vector<std::string> found;
        for (const auto& entry : std::filesystem::directory_iterator{"migrations"})
            if (entry.path().extension() == ".sql" || entry.path().extension() == ".cpp")
                found.push_back(entry.path().stem().string());
        std::ranges::sort(found);
        return found;
    }();
    return names;
}

std::string shipped_migration_count()
{
    return std::to_string(shipped_migrations().size());
}

const std::string& newest_migration()
{
    return shipped_migrations().back();
}

} // namespace lightdash::testing
