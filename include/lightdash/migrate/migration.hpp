// One migration: a name, how to go up and down. Frozen in time: it never includes the program's own models.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::sql {
class schema_builder;
}

namespace lightdash::migrate {

struct migration {
    std::string name;                // "003_create_projects_table": the file's name without extension
    std::vector<std::string> up;     // statements in order
    std::vector<std::string> down;   // empty: cannot be rolled back
    bool transaction = true;
    std::string checksum;            // SHA-256, lower-case hex, of the file's text or of the described statements
};

// Everything compiled into this program, sorted by number. Filled by LIGHTDASH_MIGRATION and by the embedded SQL files.
class registry {
public:
    void add(migration m); // throws error_kind::configuration on a second migration of the same name or number
    const std::vector<migration>& all() const noexcept { return all_; }
    static registry compiled_in();

private:
    std::vector<migration> all_;
};

} // namespace lightdash::migrate
