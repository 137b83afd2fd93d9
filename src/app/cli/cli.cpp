#include "lightdash/app/cli.hpp"

#include "app/cli/cli11.hpp"
#include "app/cli/help.hpp"
#include "app/cli/refusals.hpp"
#include "app/cli/version.hpp"
#include "app/runtime/connection_advice.hpp"
#include "lightdash/core/log.hpp"
#include "lightdash/migrate/migrate_error.hpp"

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

invocation invocation_of(const program& all, const command& chosen, const loaded_settings& loaded)
{
    return {.loaded = loaded,
            .program = all.commands,
            .out = all.given->shown_on(STDOUT_FILENO),
            .err = all.given->shown_on(STDERR_FILENO),
            .may_ask = !all.given->no_input,
            .json = *chosen.json};
}

int run_without(const program& all, const command& chosen)
{
    try {
        const loaded_settings none;
        return chosen.run(invocation_of(all, chosen, none));
    } catch (const std::exception& failure) {
        fmt::print(stderr, "lightdash-backend: {}\n", failure.what());
        return 1;
    }
}

// A URL that cannot be read is a setting to correct, like any other; whatever else kept a connection from being made,
// there is no database.
int exit_code_of(const error& failure)
{
    const auto fault = failure.connect_fault();
    if (fault == connect_fault::bad_url || fault == connect_fault::bad_service ||
        fault == connect_fault::at_in_password)
        return usage_error;
    if (fault != connect_fault::none)
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

int run_with_settings(const program& all, const parsed_line& line)
{
    messenger say{line.of->has_log};
    try {
        const auto loaded = load_settings(line.settings, process_environment, std::filesystem::current_path(),
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
        return line.of->run(invocation_of(all, *line.of, loaded));
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
    const auto all = make_program();
    if (refuse_command_words(all.commands, {argv + 1, argv + argc}))
        return usage_error;
    const auto line = parse(all, argc, argv);
    switch (line.what) {
    case parsed_as::help:
        fmt::print("{}", help_text(*line.of, all.commands));
        return with_written_output(0);
    case parsed_as::version:
        fmt::print("lightdash-backend {}\n", version);
        return with_written_output(0);
    case parsed_as::unexpected_word:
        print_unexpected(all.commands, *line.of, line.text);
        return usage_error;
    case parsed_as::fault:
        fmt::print(stderr, "{}\nRun with --help for more information.\n", line.text);
        return usage_error;
    case parsed_as::command:
        break;
    }
    if (!line.of->run) {
        fmt::print("{}", help_text(*line.of, all.commands));
        return with_written_output(argc < 2 ? 0 : usage_error);
    }
    return with_written_output(line.of->needs_settings ? run_with_settings(all, line) : run_without(all, *line.of));
}

} // namespace lightdash::app
