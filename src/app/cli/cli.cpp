#include "lightdash/app/cli.hpp"

#include "app/cli/command.hpp"
#include "app/cli/familiar_names.hpp"
#include "app/cli/help_format.hpp"
#include "app/cli/version.hpp"
#include "app/server/connection_advice.hpp"
#include "lightdash/core/log.hpp"
#include "lightdash/core/near_match.hpp"
#include "lightdash/migrate/migrate_error.hpp"
#include "lightdash/pg/sqlstate.hpp"

#include <fmt/format.h>

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace lightdash::app {
namespace {

constexpr int usage_error = 2;

// What was wrong, and what else was known of it, for a person at a terminal.
void print_failure(const error& failure)
{
    fmt::print(stderr, "lightdash-backend: {}\n", failure.message());
    const auto detail = std::string_view{failure.detail()}.substr(0, failure.detail().find_last_not_of('\n') + 1);
    if (!detail.empty() && detail != failure.message())
        fmt::print(stderr, "  {}\n", detail);
    if (const auto* said = failure.database(); said && !said->hint.empty())
        fmt::print(stderr, "  hint: {}\n", said->hint);
    if (const auto advice = connection_advice(failure); !advice.empty())
        fmt::print(stderr, "  {}\n", advice);
}

void log_failure(const error& failure)
{
    const auto advice = connection_advice(failure);
    const auto message = advice.empty() ? failure.message() : failure.message() + " " + advice;
    if (failure.detail().empty() || failure.detail() == failure.message())
        log::error(message);
    else
        log::error(message, {{"detail", std::string_view{failure.detail()}}});
}

// "lightdash-backend db"
std::string path_of(const CLI::App& command)
{
    const auto* parent = command.get_parent();
    return parent == nullptr ? command.get_name() : path_of(*parent) + " " + command.get_name();
}

CLI::App* find_command(const CLI::App& parent, std::string_view name)
{
    const auto all = parent.get_subcommands([name](const CLI::App* one) { return one->get_name() == name; });
    return all.empty() ? nullptr : const_cast<CLI::App*>(all.front());
}

// False when no other tool calls a command so.
bool print_familiar(const std::string& words)
{
    const auto meaning = familiar_command(words);
    if (!meaning.empty())
        fmt::print(stderr, "lightdash-backend: there is no command '{}': {}.\n", words, meaning);
    return !meaning.empty();
}

void print_unknown(const CLI::App& parent, std::string_view given)
{
    const auto words = path_of(parent) + " " + std::string{given};
    if (print_familiar(words.substr(words.find(' ') + 1)))
        return;
    std::vector<std::string> names;
    for (const auto* command : parent.get_subcommands({}))
        names.push_back(command->get_name());
    const auto nearest = did_you_mean(given, std::vector<std::string_view>{names.begin(), names.end()});
    const auto path = path_of(parent);
    fmt::print(stderr, "lightdash-backend: there is no command '{}{}'{}\n'{} --help' lists the commands.\n",
               parent.get_parent() == nullptr ? "" : path.substr(path.find(' ') + 1) + " ", given,
               nearest.empty() ? "." : nearest, path);
}

const CLI::App& parsed_command(const CLI::App& from)
{
    const auto chosen = from.get_subcommands();
    return chosen.empty() ? from : parsed_command(*chosen.front());
}

void print_unexpected(const CLI::App& root)
{
    const auto& command = parsed_command(root);
    const auto path = path_of(command);
    const auto left = root.remaining(true);
    const std::string given = left.empty() ? "" : left.front().substr(0, left.front().find('='));
    std::vector<std::string> names;
    for (const auto* of = &command; of != nullptr; of = of->get_parent())
        for (const auto* option : of->get_options())
            for (const auto& name : option->get_lnames())
                names.push_back("--" + name);
    std::ranges::sort(names);
    names.erase(std::ranges::unique(names).begin(), names.end()); // --help is everybody's
    if (given.starts_with('-'))
        fmt::print(stderr, "lightdash-backend: '{}' has no option {}{}", path, given,
                   did_you_mean(given, std::vector<std::string_view>{names.begin(), names.end()}));
    else
        fmt::print(stderr, "lightdash-backend: '{}' takes no argument '{}'", path, given);
    fmt::print(stderr, "\n'{} --help' shows what it takes.\n", path);
}

// CLI11 would only say that an argument was not expected, or that one is missing.
bool refuse_command_words(const CLI::App& root, int argc, char** argv)
{
    const auto* at = &root;
    for (int i = 1; i < argc; ++i) {
        const std::string_view word{argv[i]};
        if (word == "--help" || word == "-h" || word == "--version")
            return false;
        if (word == "--color")
            ++i; // its value is no command
        if (word.starts_with('-'))
            continue;
        const auto* found = find_command(*at, word);
        if (found == nullptr) {
            print_unknown(*at, word);
            return true;
        }
        at = found;
        if (at->get_subcommands({}).empty()) // the rest are its arguments
            return i + 1 < argc && print_familiar(fmt::format("{} {}", word, argv[i + 1]));
    }
    if (at == &root)
        return false;
    fmt::print(stderr, "lightdash-backend: '{}' needs one more word.\n\n{}", path_of(*at),
               at->help(path_of(*at->get_parent())));
    return true;
}

// Common options first: help moves behind each command's own.
void put_help_last(CLI::App& command)
{
    command.set_help_flag("-h,--help", "Show this help");
    for (auto* nested : command.get_subcommands({}))
        put_help_last(*nested);
}

// A core file would hold every secret of the settings; children like pg_dump, which gets the password, inherit this. In
// development a debugger can still attach, and raise the limit. One byte and not none, because Linux hands a core to
// the program that core_pattern names whatever the limit is, unless it is 1 (fs/coredump.c).
void leave_no_core_file()
{
    rlimit limit{};
    ::getrlimit(RLIMIT_CORE, &limit);
    limit.rlim_cur = std::min<rlim_t>(1, limit.rlim_max);
    ::setrlimit(RLIMIT_CORE, &limit);
}

// A standard descriptor that the caller closed would be the next file or connection that is opened, and what is said on
// it would go there.
void open_standard_descriptors()
{
    for (int standard = STDIN_FILENO; standard <= STDERR_FILENO; ++standard)
        if (::fcntl(standard, F_GETFD) == -1) [[maybe_unused]]
            const int lowest = ::open("/dev/null", standard == STDIN_FILENO ? O_RDONLY : O_WRONLY);
}

// Data that did not reach its file was not printed: a full disk must not look like success.
int with_written_output(int code)
{
    errno = 0;
    if (code != 0 || (std::fflush(stdout) == 0 && std::ferror(stdout) == 0))
        return code;
    fmt::print(stderr, "lightdash-backend: what was to be printed could not be written to standard output: {}\n",
               errno != 0 ? std::strerror(errno) : "a write failed");
    return 1;
}

int run_start(const std::function<int()>& run)
{
    try {
        return run();
    } catch (const std::exception& failure) {
        fmt::print(stderr, "lightdash-backend: {}\n", failure.what());
        return 1;
    }
}

// A URL that cannot be read is a setting to correct, like any other; whatever else kept a connection from being made,
// there is no database.
int exit_code_of(const error& failure)
{
    const auto fault = pg::connect_fault_of(failure);
    if (fault == pg::connect_fault::bad_url || fault == pg::connect_fault::bad_service ||
        fault == pg::connect_fault::at_in_password)
        return usage_error;
    if (fault != pg::connect_fault::none)
        return static_cast<int>(migrate::exit_code::unreachable);
    if (failure.kind() == error_kind::usage || failure.kind() == error_kind::configuration)
        return usage_error;
    return static_cast<int>(migrate::exit_code_of(failure));
}

// How a command tells what went wrong: as text for a person, or as lines of the log that a server's output is. Which of
// the two is known for certain after the settings are.
class messenger {
public:
    explicit messenger(bool has_log) : has_log_(has_log)
    {
        const auto given = log::parse_format(process_environment("LIGHTDASH_LOG_FORMAT").value_or(""));
        set_up(log::level::info, given ? *given : *log::parse_format(""));
    }

    void set_up(const settings& config)
    {
        set_up(*log::parse_level(config.log_level), *log::parse_format(config.log_format));
    }
    void warn(const std::string& text) const
    {
        if (in_json_)
            log::warn(text);
        else
            fmt::print(stderr, "lightdash-backend: {}\n", text);
    }
    void report(const error& failure) const
    {
        if (in_json_)
            log_failure(failure);
        else
            print_failure(failure);
    }
    void report(const std::exception& failure) const
    {
        if (in_json_)
            log::error(failure.what());
        else
            fmt::print(stderr, "lightdash-backend: {}\n", failure.what());
    }

private:
    void set_up(log::level least, log::format shape)
    {
        if (has_log_)
            log::configure(least, shape);
        in_json_ = has_log_ && shape == log::format::json;
    }

    bool has_log_;
    bool in_json_ = false;
};

int run_chosen(const command_line& line)
{
    messenger say{line.chosen_has_log()};
    try {
        const auto loaded = load_settings(line.given_flags(), process_environment, std::filesystem::current_path(),
                                          process_environment_names());
        // Before any thread begins, for libpq and for PostgreSQL's own programs.
        for (const auto& [name, value] : loaded.libpq_variables)
            ::setenv(name.c_str(), value.reveal().c_str(), 1);
        for (const auto* name : {"PGTZ", "PGDATESTYLE"}) // which no session of this program or its children may have
            ::unsetenv(name);
        say.set_up(loaded.values);
        for (const auto& warning : loaded.warnings)
            say.warn(warning);
        if (loaded.values.env == environment::production)
            ::prctl(PR_SET_DUMPABLE, 0); // nor may another process of the account read the secrets; debuggers neither
        return (*line.chosen())(loaded);
    } catch (const migrate::migrate_error& failure) {
        say.report(failure);
        return static_cast<int>(failure.code());
    } catch (const error& failure) {
        say.report(failure);
        return exit_code_of(failure);
    } catch (const std::exception& failure) {
        say.report(failure);
        return 1;
    }
}

} // namespace

command_line::command_line(CLI::App& root) : root_(root)
{
    root.formatter(std::make_shared<help_format>());
    root.add_option("--color", colour_, "Colours: auto (default: on a terminal, without NO_COLOR), never or always")
        ->check(CLI::IsMember({"auto", "never", "always"}))
        ->type_name("WHEN");
    root.add_flag("--no-input", no_input_, "Never ask");
}

namespace {

terminal behind(int descriptor, std::string_view colour)
{
    return terminal::of(descriptor, colour == "never"    ? colour_choice::never
                                    : colour == "always" ? colour_choice::always
                                                         : colour_choice::automatic);
}

} // namespace

terminal command_line::out() const
{
    return behind(STDOUT_FILENO, colour_);
}
terminal command_line::err() const
{
    return behind(STDERR_FILENO, colour_);
}

CLI::App& command_line::add(const std::string& name, const std::string& meaning, const std::string& examples)
{
    return add_under(root_, name, meaning, examples);
}

CLI::App& command_line::add_under(CLI::App& parent, const std::string& name, const std::string& meaning,
                                  const std::string& examples)
{
    // Made by hand: CLI11's own way refuses the colon of migrate:status.
    auto& command = *parent.add_subcommand(std::make_shared<CLI::App>(meaning, name));
    command.fallthrough(); // --color and --no-input may stand behind it
    command.formatter(root_.get_formatter());
    if (!examples.empty())
        command.footer("Examples:\n" + examples);
    return command;
}

void command_line::on_run(CLI::App& command, action run)
{
    actions_.emplace_back(&command, std::move(run));
}

void command_line::on_run_with_log(CLI::App& command, action run)
{
    on_run(command, std::move(run));
    with_log_.push_back(&command);
}

bool command_line::chosen_has_log() const
{
    return std::ranges::any_of(with_log_, [](const CLI::App* one) { return one->parsed(); });
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

void command_line::on_start(CLI::App& command, std::function<int()> run)
{
    starts_.emplace_back(&command, std::move(run));
}

namespace {

template <class Run>
const Run* parsed_one(const std::vector<std::pair<CLI::App*, Run>>& all)
{
    for (const auto& [command, run] : all)
        if (command->parsed())
            return &run;
    return nullptr;
}

} // namespace

const command_line::action* command_line::chosen() const
{
    return parsed_one(actions_);
}
const std::function<int()>* command_line::chosen_start() const
{
    return parsed_one(starts_);
}

void add_commands(command_line& line)
{
    add_serve(line);
    add_migrations(line);
    add_migrate_checks(line);
    add_seed(line);
    add_db(line);
    add_backup(line);
    add_restore(line);
    add_doctor(line);
    add_accounts(line);
    add_config(line);
    add_manual(line);
}

namespace {

// "help migrate" is "migrate --help".
std::vector<char*> with_help_last(int argc, char** argv)
{
    static char flag[] = "--help";
    std::vector<char*> words{argv, argv + argc};
    if (argc > 1 && std::string_view{argv[1]} == "help") {
        words.erase(words.begin() + 1);
        words.push_back(flag);
    }
    return words;
}

} // namespace

int run_cli(int argc, char** argv)
{
    open_standard_descriptors();
    leave_no_core_file();
    auto words = with_help_last(argc, argv);
    argv = words.data();
    CLI::App root{"Lightdash's database layer as an HTTP + JSON service over PostgreSQL.", "lightdash-backend"};
    root.set_version_flag("--version", fmt::format("lightdash-backend {}", version));
    root.require_subcommand(0, 1);
    root.footer("Settings come from flags, the environment, .env.local, .env and defaults, in this order: "
                "'lightdash-backend config show' prints each and where it came from.\n"
                "'lightdash-backend COMMAND --help' shows a command's options and examples.");
    command_line line{root};
    add_commands(line);
    put_help_last(root);

    if (refuse_command_words(root, argc, argv))
        return usage_error;
    try {
        root.parse(argc, argv);
    } catch (const CLI::ExtrasError&) {
        print_unexpected(root);
        return usage_error;
    } catch (const CLI::ParseError& stop) {
        const int code = root.exit(stop); // prints help and version to stdout, faults to stderr
        return code == 0 ? with_written_output(0) : usage_error;
    }
    if (const auto* run = line.chosen_start())
        return with_written_output(run_start(*run));
    if (!line.chosen()) {
        fmt::print("{}", root.help());
        return with_written_output(argc < 2 ? 0 : usage_error);
    }
    return with_written_output(run_chosen(line));
}

} // namespace lightdash::app
