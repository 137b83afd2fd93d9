// What the commands about migrations have in common: which migrations, which lock, and how they say what happens.
#pragma once

#include "app/cli/command.hpp"
#include "lightdash/migrate/folder.hpp"
#include "lightdash/migrate/migrator.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace lightdash::app {

constexpr std::chrono::hours longest_migration{12}; // an index on a large table may take its time

// --lock=advisory|table
class lock_flag {
public:
    explicit lock_flag(CLI::App& command);
    migrate::lock_kind kind() const;

private:
    std::shared_ptr<std::string> lock_ = std::make_shared<std::string>("advisory");
};

class migration_flags {
public:
    // Gives the command --dir and, when it changes the database, --lock; and the flag of the private PostgreSQL's
    // folder.
    migration_flags(command_line& line, CLI::App& command, bool changes = true);

    // The compiled-in migrations, or those of --dir. Files of the folder that are none are named on stderr.
    migrate::registry known() const;
    // The same, for who checks files: those that are no migrations may be listed instead of thrown.
    migrate::folder_contents read(migrate::broken_files treatment) const;
    migrate::lock_kind lock() const;
    // Without --dir: names on stderr the files of ./migrations, where create-migration writes, that this program does
    // not have or has with another text.
    void tell_what_is_not_compiled_in(const migrate::registry& known) const;
    // Each migration and each wait is told on stderr as it happens.
    migrate::migrator_options options(const settings& config) const;

private:
    std::shared_ptr<std::string> folder_ = std::make_shared<std::string>();
    std::optional<lock_flag> lock_;
};

// --json: "Print an array of WHAT".
std::shared_ptr<const bool> json_flag(CLI::App& command, std::string_view what);

// --wait[=60s]: how long a command waits for the database.
class wait_flag {
public:
    explicit wait_flag(CLI::App& command);
    // nullopt unless it was given: the first failed attempt to connect decides.
    std::optional<std::chrono::milliseconds> patience() const;

private:
    std::shared_ptr<std::string> wait_ = std::make_shared<std::string>();
    CLI::Option* option_;
};

} // namespace lightdash::app
