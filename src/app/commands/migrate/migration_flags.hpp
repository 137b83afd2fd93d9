// What the commands about migrations have in common: which migrations, which lock, and how they say what happens.
#pragma once

#include "app/cli/command.hpp"
#include "lightdash/migrate/folder.hpp"
#include "lightdash/migrate/migrator.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace lightdash::app {

constexpr std::chrono::hours longest_migration{12}; // an index on a large table may take its time

// --lock=advisory|table
class lock_flag {
public:
    void describe(option_list& are);
    migrate::lock_kind kind() const;

private:
    std::string lock_ = "advisory";
};

class migration_flags {
public:
    // --dir and, for a command that changes the database, --lock; and the flag of the private PostgreSQL's folder.
    void describe(option_list& are, bool changes = true);

    // The compiled-in migrations, or those of --dir. Files of the folder that are none are named on stderr.
    migrate::registry known() const;
    // The same, for who checks files: those that are no migrations may be listed instead of thrown.
    migrate::folder_contents read(migrate::broken_files treatment) const;
    migrate::lock_kind lock() const { return lock_.kind(); }
    // Without --dir: names on stderr the files of ./migrations, where create-migration writes, that this program does
    // not have or has with another text.
    void tell_what_is_not_compiled_in(const migrate::registry& known) const;
    // Each migration and each wait is told on stderr as it happens.
    migrate::migrator_options options(const settings& config) const;

private:
    std::string folder_;
    lock_flag lock_;
};

// --wait[=60s]: how long a command waits for the database.
class wait_flag {
public:
    void describe(option_list& are);
    // nullopt unless it was given: the first failed attempt to connect decides.
    std::optional<std::chrono::milliseconds> patience() const;

private:
    std::optional<std::string> wait_;
};

} // namespace lightdash::app
