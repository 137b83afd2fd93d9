#include "lightdash/migrate/lint.hpp"

#include "lightdash/core/near_match.hpp"
#include "lightdash/migrate/migrate_error.hpp"
#include "migrate/files/file_name.hpp"
#include "migrate/lint/statement_linter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <tuple>
#include <utility>

namespace lightdash::migrate {

namespace {

std::vector<std::string_view> rule_names()
{
    std::vector<std::string_view> names;
    for (const auto& rule : lint_rules())
        names.push_back(rule.name);
    return names;
}

bool is_rule(std::string_view name)
{
    return std::ranges::find(lint_rules(), name, &lint_rule::name) != lint_rules().end();
}

// The line on which the statement that a comment belongs to begins: the first that ends on the comment's line or later.
// 0: there is none.
int statement_of(const lint_allowance& allowance, const migration& checked)
{
    for (const auto& statement : checked.up) {
        const auto end = statement.line + static_cast<int>(std::ranges::count(statement.text, '\n'));
        if (end >= allowance.line)
            return statement.line;
    }
    return 0;
}

lint_finding about(const lint_allowance& allowance, const migration& checked, std::string_view rule,
                   std::string message)
{
    const auto known = std::ranges::find(lint_rules(), rule, &lint_rule::name);
    lint_finding made;
    made.rule = known->name;
    made.severity = known->severity;
    made.migration = checked.name;
    made.file = checked.file;
    made.line = allowance.line;
    made.column = allowance.line ? 1 : 0;
    made.message = std::move(message);
    made.safe_form = known->safe_form;
    return made;
}

// Marks what is allowed, and finds the comments that are wrong themselves.
void apply_allowances(const migration& checked, bool together, std::vector<lint_finding>& findings)
{
    std::vector<lint_finding> wrong;
    for (const auto& allowance : checked.lint_allowances) {
        if (!is_rule(allowance.rule)) {
            const auto names = rule_names();
            wrong.push_back(
                about(allowance, checked, "allowance-of-unknown-rule",
                      fmt::format("there is no rule \"{}\"{}", allowance.rule, did_you_mean(allowance.rule, names))));
            continue;
        }
        if (allowance.reason.empty()) {
            wrong.push_back(about(allowance, checked, "allowance-without-reason",
                                  fmt::format("{} is allowed without a reason", allowance.rule)));
            continue;
        }
        const int statement = allowance.whole ? 0 : statement_of(allowance, checked);
        // A comment covers the findings from its statement's beginning to the next one's.
        int next = 0;
        for (const auto& one : checked.up)
            if (statement && one.line > statement && (!next || one.line < next))
                next = one.line;
        bool used = false;
        for (auto& finding : findings) {
            const bool covered =
                allowance.whole || (statement && finding.line >= statement && (!next || finding.line < next));
            if (!covered || finding.rule != allowance.rule)
                continue;
            finding.allowed = allowance.reason;
            used = true;
        }
        const bool style =
            std::ranges::find(lint_rules(), allowance.rule, &lint_rule::name)->severity == lint_severity::style;
        // Beside the migration that makes the table, what is allowed is safe by itself.
        if (!used && !style && !together)
            wrong.push_back(
                about(allowance, checked, "allowance-unused", fmt::format("nothing here breaks {}", allowance.rule)));
    }
    std::ranges::move(wrong, std::back_inserter(findings));
}

} // namespace

std::vector<lint_finding> lint(const registry& known, const lint_options& options)
{
    std::vector<lint_finding> findings;
    lint_schema schema;
    bool together = false; // with the migration before
    for (const auto& migration : known.all()) {
        const bool checked = options.only.empty() || options.only.contains(migration.name);
        schema.begin_migration(together && checked);
        together = checked && options.together;
        statement_linter linter{schema, migration, options};
        for (const auto& statement : migration.up)
            linter.check(statement);
        linter.finish();
        if (!checked)
            continue;
        auto& found = linter.findings();
        apply_allowances(migration, options.together, found);
        std::ranges::sort(found, {}, [](const lint_finding& one) { return std::tie(one.line, one.column, one.rule); });
        std::ranges::move(found, std::back_inserter(findings));
    }
    std::erase_if(findings, [&](lint_finding finding) {
        finding.allowed.clear();
        return schema.is_over(to_string(finding));
    });
    return findings;
}

lint_finding file_not_loaded(const std::string& file, std::string_view why)
{
    migration named;
    named.name = name_of_file(file);
    named.file = file;
    lint_allowance place;
    if (why.starts_with(file + ':')) {
        const auto rest = why.substr(file.size() + 1);
        const auto [end, failed] = std::from_chars(rest.data(), rest.data() + rest.size(), place.line);
        if (failed == std::errc{} && std::string_view{end, rest.data() + rest.size()}.starts_with(": "))
            why = {end + 2, why.data() + why.size()};
    }
    if (why.ends_with('.'))
        why.remove_suffix(1);
    return about(place, named, "file-not-loaded", std::string{why});
}

std::string to_string(const lint_finding& finding)
{
    auto text = finding.file;
    if (finding.line)
        text += fmt::format(":{}", finding.line);
    if (finding.column)
        text += fmt::format(":{}", finding.column);
    const auto severity = finding.severity == lint_severity::error     ? "error"
                          : finding.severity == lint_severity::warning ? "warning"
                                                                       : "style";
    if (!finding.allowed.empty())
        return fmt::format("{}: allowed: {} [{}]\n  because: {}", text, finding.message, finding.rule, finding.allowed);
    return fmt::format("{}: {}: {} [{}]\n  safe: {}", text, severity, finding.message, finding.rule, finding.safe_form);
}

void refuse_unsafe(std::span<const lint_finding> findings, const std::set<std::string>& allowed_rules)
{
    for (const auto& rule : allowed_rules)
        if (!is_rule(rule)) {
            const auto names = rule_names();
            throw error{error_kind::usage,
                        fmt::format("There is no lint rule \"{}\"{}. 'lightdash-backend migrate:lint "
                                    "--rules' lists them.",
                                    rule, did_you_mean(rule, names))};
        }
    std::string told;
    std::size_t count = 0;
    for (const auto& finding : findings) {
        if (finding.severity != lint_severity::error || !finding.allowed.empty() ||
            allowed_rules.contains(finding.rule))
            continue;
        told += '\n' + to_string(finding);
        ++count;
    }
    if (count > 0)
        throw migrate_error{
            exit_code::lint,
            error{error_kind::configuration,
                  fmt::format(
                      "Nothing was applied: {} of the pending statements {} not safe while people use the "
                      "database. Write the safe form, allow it in the file with \"-- lint:allow RULE: reason\", or "
                      "give --allow-unsafe=RULE.{}",
                      count, count == 1 ? "is" : "are", told)}};
}

} // namespace lightdash::migrate
