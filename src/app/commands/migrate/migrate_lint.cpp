// migrate:lint
#include "app/cli/answer.hpp"
#include "app/commands/list.hpp"
#include "app/commands/migrate/lint_pending.hpp"
#include "app/commands/migrate/migration_flags.hpp"
#include "lightdash/core/counted.hpp"
#include "lightdash/core/near_match.hpp"
#include "lightdash/migrate/migrate_error.hpp"
#include "lightdash/migrate/migrator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <variant>

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

using lint_rule_lines = std::vector<rule_line>;

lint_rule_lines rule_lines()
{
    lint_rule_lines lines;
    for (const auto& rule : migrate::lint_rules())
        lines.push_back({rule.name, rule.severity, rule.safe_form});
    return lines;
}

struct linted {
    std::vector<migrate::lint_finding> findings;
    bool nothing_pending = false;

    std::ptrdiff_t count(migrate::lint_severity severity) const
    {
        return std::ranges::count_if(findings, [severity](const migrate::lint_finding& one) {
            return one.allowed.empty() && one.severity == severity;
        });
    }
};
using lint_answer = std::variant<lint_rule_lines, linted>; // with --rules the former

void write_json(std::string& out, const linted& found)
{
    json::write(out, found.findings);
}

style look_of(const migrate::lint_finding& one)
{
    if (!one.allowed.empty() || one.severity == migrate::lint_severity::style)
        return style::dim;
    return one.severity == migrate::lint_severity::error ? style::bad : style::warn;
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

answer<linted> lint(const invocation& call, const migrate::folder_contents& found, const lint_flags& what)
{
    migrate::lint_options options;
    options.style = what.style;
    options.strict = what.strict;
    options.only = chosen(found, what.names);
    if (what.pending) {
        runtime on{call.config()};
        if (const int code = on.run(ask_database(on, found.known, options)))
            return {std::nullopt, code};
        if (options.only.empty() && found.broken.empty())
            return {linted{{}, true}};
        if (options.only.empty())
            options.only.insert(""); // none of those that could be loaded
    }
    linted made{findings_in(found, options)};
    const bool wrong = made.count(migrate::lint_severity::error) > 0 ||
                       (what.strict && made.count(migrate::lint_severity::warning) > 0);
    return {std::move(made), static_cast<int>(wrong ? migrate::exit_code::lint : migrate::exit_code::done)};
}

answer<lint_answer> find(const invocation& call, const lint_flags& given)
{
    if (given.rules)
        return {rule_lines()};
    auto found = lint(call, given.flags.read(migrate::broken_files::list), given);
    return {std::move(found.value), found.code};
}

void show(const lint_answer& found, const invocation& call)
{
    if (const auto* rules = std::get_if<lint_rule_lines>(&found)) {
        for (const auto& one : *rules)
            fmt::print("{}\n  {}\n", call.out.paint(style::bold, one.name), one.safe_form);
        return;
    }
    for (const auto& one : std::get<linted>(found).findings) {
        const auto text = to_string(one);
        const auto end = text.find('\n');
        fmt::print("{}{}\n", call.out.paint(look_of(one), text.substr(0, end)), text.substr(end));
    }
}

void tell(const lint_answer& found, const invocation&)
{
    const auto* checked = std::get_if<linted>(&found);
    if (checked && checked->nothing_pending)
        fmt::print(stderr, "No migration is pending.\n");
    else if (checked)
        fmt::print(stderr, "{}, {}.\n", counted(checked->count(migrate::lint_severity::error), "error"),
                   counted(checked->count(migrate::lint_severity::warning), "warning"));
}

} // namespace

command commands::migrate_lint()
{
    return answering<lint_flags>(
        {.path = "migrate:lint",
         .meaning = "Find statements that would stop the traffic or break the running program",
         .examples = "  lightdash-backend migrate:lint\n"
                     "  lightdash-backend migrate:lint migrations/012_add_email_index.sql --strict\n"
                     "  lightdash-backend migrate:lint --pending      (asks the database: pending ones, table sizes)\n"
                     "  lightdash-backend migrate:lint --json | jq -r '.[] | select(.severity == \"error\").message'"},
        find, show, tell);
}

} // namespace lightdash::app
