#include "lightdash/app/cli.hpp"

#include "app/command.hpp"
#include "app/version.hpp"
#include "lightdash/core/near_match.hpp"
#include "lightdash/migrate/migrate_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

namespace lightdash::app {
namespace {

constexpr int usage_error = 2;

// What was wrong, and what else was known of it, for a person at a terminal.
void print_failure(const error& failure)
{
    fmt::print(stderr, "lightdash-backend: {}\n", failure.message());
    if (!failure.detail().empty() && failure.detail() != failure.message())
        fmt::print(stderr, "  {}\n", failure.detail());
    if (const auto* said = failure.database(); said && !said->hint.empty())
        fmt::print(stderr, "  hint: {}\n", said->hint);
}

std::vector<std::string> command_names(const CLI::App& root)
{
    std::vector<std::string> names;
    for (const auto* command : root.get_subcommands({}))
        names.push_back(command->get_name());
    return names;
}

// CLI11 would only say that an argument was not expected.
bool refuse_unknown_command(const CLI::App& root, int argc, char** argv)
{
    if (argc < 2 || argv[1][0] == '-')
        return false;
    const auto names = command_names(root);
    if (std::find(names.begin(), names.end(), argv[1]) != names.end())
        return false;
    const std::vector<std::string_view> candidates{names.begin(), names.end()};
    const auto nearest = did_you_mean(argv[1], candidates);
    fmt::print(stderr,
               "lightdash-backend: there is no command '{}'{}\n'lightdash-backend --help' lists the commands.\n",
               argv[1], nearest.empty() ? "." : nearest);
    return true;
}

int run_chosen(const command_line& line)
{
    try {
        const auto loaded = load_settings(line.given_flags(), process_environment, std::filesystem::current_path(),
                                          process_environment_names());
        for (const auto& warning : loaded.warnings)
            fmt::print(stderr, "lightdash-backend: {}\n", warning);
        return (*line.chosen())(loaded);
    } catch (const migrate::migrate_error& failure) {
        print_failure(failure);
        return static_cast<int>(failure.code());
    } catch (const error& failure) {
        print_failure(failure);
        if (failure.kind() == error_kind::usage || failure.kind() == error_kind::configuration)
            return usage_error;
        return failure.kind() == error_kind::database_unavailable ? static_cast<int>(migrate::exit_code::unreachable)
                                                                  : 1;
    } catch (const std::exception& failure) {
        fmt::print(stderr, "lightdash-backend: {}\n", failure.what());
        return 1;
    }
}

} // namespace

CLI::App& command_line::add(const std::string& name, const std::string& meaning, const std::string& examples)
{
    return add_under(root_, name, meaning, examples);
}

CLI::App& command_line::add_under(CLI::App& parent, const std::string& name, const std::string& meaning,
                                  const std::string& examples)
{
    // Made by hand: CLI11's own way refuses the colon of migrate:status.
    auto& command = *parent.add_subcommand(std::make_shared<CLI::App>(meaning, name));
    if (!examples.empty())
        command.footer("Examples:\n" + examples);
    return command;
}

void command_line::on_run(CLI::App& command, action run)
{
    actions_.emplace_back(&command, std::move(run));
}

void command_line::add_setting_flags(CLI::App& command, std::initializer_list<std::string_view> names)
{
    for (const auto& row : setting_table()) {
        if (row.flag.empty() || std::find(names.begin(), names.end(), row.name) == names.end())
            continue;
        const std::string setting{row.name};
        command.add_option_function<std::string>(
            std::string{row.flag}, [this, setting](const std::string& value) { flags_[setting] = value; },
            fmt::format("{} ({}; default {})", row.meaning, row.name, row.fallback));
    }
}

const command_line::action* command_line::chosen() const
{
    for (const auto& [command, run] : actions_)
        if (command->parsed())
            return &run;
    return nullptr;
}

int run_cli(int argc, char** argv)
{
    CLI::App root{"Lightdash's database layer as an HTTP + JSON service over PostgreSQL.", "lightdash-backend"};
    root.set_version_flag("--version", fmt::format("lightdash-backend {}", version));
    root.require_subcommand(0, 1);
    root.footer("Settings come from flags, the environment, .env.local, .env and defaults, in this order: "
                "'lightdash-backend config show' prints each and where it came from.\n"
                "'lightdash-backend COMMAND --help' shows a command's options and examples.");
    command_line line{root};
    add_serve(line);
    add_migrations(line);
    add_seed(line);
    add_accounts(line);
    add_config(line);

    if (refuse_unknown_command(root, argc, argv))
        return usage_error;
    try {
        root.parse(argc, argv);
    } catch (const CLI::ParseError& stop) {
        const int code = root.exit(stop); // prints help and version to stdout, faults to stderr
        return code == 0 ? 0 : usage_error;
    }
    if (!line.chosen()) {
        fmt::print("{}", root.help());
        return argc < 2 ? 0 : usage_error;
    }
    return run_chosen(line);
}

} // namespace lightdash::app
