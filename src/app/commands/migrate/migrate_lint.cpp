// migrate:lint
#include "app/commands/list.hpp"
#include "app/commands/migrate/lint_pending.hpp"
#include "app/commands/migrate/migration_flags.hpp"
#include "app/server/runtime.hpp"
#include "app/terminal/print_json.hpp"
#include "lightdash/core/counted.hpp"
#include "lightdash/core/near_match.hpp"
#include "lightdash/migrate/migrate_error.hpp"
#include "lightdash/migrate/migrator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>

namespace lightdash::app {
namespace {

struct lint_flags {
    migration_flags flags;
    std::vector<std::string> names;
    bool pending = false, style = false, strict = false, rules = false;

    void describe(option_list& are)
    {
        flags.describe(are, false);
        are.value("NAME", names, "Only these migrations, by name or file");
        are.flag("--pending", pending,
                 "Only what is pending on the database, together: its new tables are empty, its old ones as large as "
                 "the statistics say")
            .excludes("NAME");
        are.flag("--style", style, "Advice on types too");
        are.flag("--strict", strict, "Exit 6 on warnings too");
        are.flag("--rules", rules, "List the rules and the safe form of each");
        are.json("an array of {rule, severity, migration, file, line, column, message, safeForm, allowed}");
    }
};

struct rule_line {
    std::string_view name;
    migrate::lint_severity severity;
    std::string_view safe_form;
};
LIGHTDASH_DESCRIBE(rule_line, name, severity, safe_form)

int print_rules(const invocation& call)
{
    std::vector<rule_line> lines;
    for (const auto& rule : migrate::lint_rules())
        lines.push_back({rule.name, rule.severity, rule.safe_form});
    if (call.json)
        print_json(lines);
    else
        for (const auto& one : lines)
            fmt::print("{}\n  {}\n", call.out.paint(style::bold, one.name), one.safe_form);
    return 0;
}

style look_of(const migrate::lint_finding& one)
{
    if (!one.allowed.empty() || one.severity == migrate::lint_severity::style)
        return style::dim;
    return one.severity == migrate::lint_severity::error ? style::bad : style::warn;
}

int report(const std::vector<migrate::lint_finding>& findings, const invocation& call, bool strict)
{
    using migrate::lint_severity;
    const auto count = [&](lint_severity severity) {
        return std::ranges::count_if(findings, [&](const migrate::lint_finding& one) {
            return one.allowed.empty() && one.severity == severity;
        });
    };
    const auto errors = count(lint_severity::error), warnings = count(lint_severity::warning);
    if (call.json)
        print_json(findings);
    else
        for (const auto& one : findings) {
            const auto text = to_string(one);
            const auto end = text.find('\n');
            fmt::print("{}{}\n", call.out.paint(look_of(one), text.substr(0, end)), text.substr(end));
        }
    fmt::print(stderr, "{}, {}.\n", counted(errors, "error"), counted(warnings, "warning"));
    return static_cast<int>(errors > 0 || (strict && warnings > 0) ? migrate::exit_code::lint
                                                                   : migrate::exit_code::done);
}

std::string name_of(std::string_view file)
{
    return std::filesystem::path{file}.stem().string();
}

std::set<std::string> chosen(const migrate::folder_contents& found, const std::vector<std::string>& names)
{
    std::set<std::string> made;
    const auto is_broken = [&](const std::string& name) {
        return std::ranges::any_of(found.broken, [&](const auto& one) { return name_of(one.file) == name; });
    };
    for (auto name : names) {
        name = name.substr(name.rfind('/') + 1); // a path is fine too: npos + 1 is 0
        if (const auto dot = name.rfind('.'); dot != std::string::npos)
            name.resize(dot);
        if (!found.known.find(name) && !is_broken(name)) {
            std::vector<std::string_view> all;
            for (const auto& one : found.known.all())
                all.push_back(one.name);
            throw error{error_kind::usage, fmt::format("There is no migration {}{}.", name, did_you_mean(name, all))};
        }
        made.insert(name);
    }
    return made;
}

task<int> ask_database(runtime& on, const migrate::registry& known, migrate::lint_options& options)
{
    const auto until = deadline::after(std::chrono::seconds{30});
    migrate::migrator migrator{on.database(), on.clocks(), known, {}};
    const auto pending = co_await migrator.pending(until);
    options.only = {pending.begin(), pending.end()};
    options.together = true;
    options.rows = co_await estimated_rows(on.database(), until);
    co_return 0;
}

// First what cannot be loaded, then what the linter finds in the rest.
std::vector<migrate::lint_finding> findings_in(const migrate::folder_contents& found,
                                               const migrate::lint_options& options)
{
    std::vector<migrate::lint_finding> all;
    for (const auto& one : found.broken)
        if (options.only.empty() || options.together || options.only.contains(name_of(one.file)))
            all.push_back(migrate::file_not_loaded(one.file, one.why));
    std::ranges::move(migrate::lint(found.known, options), std::back_inserter(all));
    return all;
}

int lint(const invocation& call, const migrate::folder_contents& found, const lint_flags& what)
{
    migrate::lint_options options;
    options.style = what.style;
    options.strict = what.strict;
    options.only = chosen(found, what.names);
    if (what.pending) {
        runtime on{call.config()};
        if (const int code = on.run(ask_database(on, found.known, options)))
            return code;
        if (options.only.empty() && found.broken.empty()) {
            if (call.json)
                print_json(std::vector<migrate::lint_finding>{});
            fmt::print(stderr, "No migration is pending.\n");
            return 0;
        }
        if (options.only.empty())
            options.only.insert(""); // none of those that could be loaded
    }
    return report(findings_in(found, options), call, what.strict);
}

int run(const invocation& call, const lint_flags& given)
{
    return given.rules ? print_rules(call) : lint(call, given.flags.read(migrate::broken_files::list), given);
}

} // namespace

command commands::migrate_lint()
{
    return command_of<lint_flags>(
        {.path = "migrate:lint",
         .meaning = "Find statements that would stop the traffic or break the running program",
         .examples = "  lightdash-backend migrate:lint\n"
                     "  lightdash-backend migrate:lint migrations/012_add_email_index.sql --strict\n"
                     "  lightdash-backend migrate:lint --pending      (asks the database: pending ones, table sizes)\n"
                     "  lightdash-backend migrate:lint --json | jq -r '.[] | select(.severity == \"error\").message'"},
        run);
}

} // namespace lightdash::app
