// One command: how it is called, and what it does. A file in app/commands each; app/cli.cpp lists them.
#pragma once

#include "app/terminal/terminal.hpp"
#include "lightdash/core/config.hpp"

#include <CLI/CLI.hpp>

#include <functional>
#include <map>
#include <string>

namespace lightdash::app {

class command_line {
public:
    // What a command does once the settings are known; returns the exit code.
    using action = std::function<int(const loaded_settings&)>;

    // Gives the root the options that every command takes: --color, --no-input.
    explicit command_line(CLI::App& root);
    command_line(const command_line&) = delete;
    command_line& operator=(const command_line&) = delete;

    // A command with its one-line meaning and examples (shown by --help, the commonest first).
    CLI::App& add(const std::string& name, const std::string& meaning, const std::string& examples);
    // Its name may have two words: add("show", …, parent).
    CLI::App& add_under(CLI::App& parent, const std::string& name, const std::string& meaning,
                        const std::string& examples);
    void on_run(CLI::App& command, action run);
    // For a server: its warnings and failures are lines of its log too.
    void on_run_with_log(CLI::App& command, action run);
    // For what needs no settings, and works where they are not valid.
    void on_start(CLI::App& command, std::function<int()> run);
    // Gives the command the flags of these settings; given ones win over the environment.
    void add_setting_flags(CLI::App& command, std::initializer_list<std::string_view> names);

    // After parsing: the chosen command, or null.
    const action* chosen() const;
    bool chosen_has_log() const;
    const std::function<int()>* chosen_start() const;
    const CLI::App& root() const noexcept { return root_; }
    const std::map<std::string, std::string>& given_flags() const noexcept { return flags_; }
    // While the chosen command runs.
    terminal out() const; // stdout
    terminal err() const; // stderr
    bool may_ask() const noexcept { return !no_input_; }

private:
    CLI::App& root_;
    std::string colour_ = "auto";
    bool no_input_ = false;
    std::vector<std::pair<CLI::App*, action>> actions_;
    std::vector<CLI::App*> with_log_;
    std::vector<std::pair<CLI::App*, std::function<int()>>> starts_;
    std::map<std::string, std::string> flags_;
};

// Every command of the program, in the order of --help.
void add_commands(command_line& line);

void add_serve(command_line& line);
void add_migrations(command_line& line); // all of the next four too
void add_rollback(command_line& line);
void add_migration_status(command_line& line);
void add_migration_care(command_line& line);
void add_create_migration(command_line& line);
void add_migrate_checks(command_line& line); // the next three
void add_migrate_lint(command_line& line);
void add_migrate_verify(command_line& line);
void add_migrate_adopt(command_line& line);
void add_seed(command_line& line);
void add_accounts(command_line& line);
void add_config(command_line& line);
void add_db(command_line& line);
void add_backup(command_line& line);
void add_restore(command_line& line);
void add_doctor(command_line& line);
void add_manual(command_line& line); // completion, man

// The families under `db`: app/commands/db.cpp calls each.
void add_db_lifecycle(command_line& line, CLI::App& db); // create, drop, reset, wait
void add_db_activity(command_line& line, CLI::App& db);
void add_db_signal(command_line& line, CLI::App& db); // cancel, kill
void add_db_server(command_line& line, CLI::App& db); // locks, connections, health
void add_db_tables(command_line& line, CLI::App& db); // sizes, indexes
void add_db_describe(command_line& line, CLI::App& db);
void add_db_queries(command_line& line, CLI::App& db); // slow, explain, suggest
void add_db_schema(command_line& line, CLI::App& db);
void add_db_check(command_line& line, CLI::App& db);

} // namespace lightdash::app
