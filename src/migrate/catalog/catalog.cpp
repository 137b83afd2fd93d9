#include "lightdash/migrate/catalog.hpp"

#include "lightdash/migrate/migration.hpp"
#include "lightdash/pg/statement_batch.hpp"
#include "migrate/catalog/catalog_statements.hpp"
#include "migrate/catalog/spelling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

namespace lightdash::migrate {

namespace {

struct kind_place {
    std::string_view kind;
    int section; // kinds of one section are grouped by object
};

constexpr int relations = 10; // the section of tables, and of what looks like one

// The order of the text. Facts about a part follow the object's own.
constexpr std::array kinds{kind_place{"database", 0},
                           kind_place{"setting", 0},
                           kind_place{"schema", 1},
                           kind_place{"language", 2},
                           kind_place{"extension", 2},
                           kind_place{"collation", 3},
                           kind_place{"conversion", 3},
                           kind_place{"enum", 4},
                           kind_place{"domain", 4},
                           kind_place{"composite type", 4},
                           kind_place{"range type", 4},
                           kind_place{"base type", 4},
                           kind_place{"shell type", 4},
                           kind_place{"domain constraint", 4},
                           kind_place{"sequence", 5},
                           kind_place{"function", 6},
                           kind_place{"procedure", 6},
                           kind_place{"aggregate", 6},
                           kind_place{"operator", 7},
                           kind_place{"operator family", 7},
                           kind_place{"operator class", 7},
                           kind_place{"cast", 7},
                           kind_place{"transform", 7},
                           kind_place{"access method", 7},
                           kind_place{"text search parser", 7},
                           kind_place{"text search template", 7},
                           kind_place{"text search dictionary", 7},
                           kind_place{"text search configuration", 7},
                           kind_place{"foreign data wrapper", 8},
                           kind_place{"foreign server", 9},
                           kind_place{"user mapping", 9},
                           kind_place{"table", relations},
                           kind_place{"foreign table", relations},
                           kind_place{"view", relations},
                           kind_place{"materialized view", relations},
                           kind_place{"column", relations},
                           kind_place{"constraint", relations},
                           kind_place{"index", relations},
                           kind_place{"trigger", relations},
                           kind_place{"rule", relations},
                           kind_place{"policy", relations},
                           kind_place{"statistics", 11},
                           kind_place{"event trigger", 12},
                           kind_place{"publication", 13},
                           kind_place{"subscription", 13},
                           kind_place{"comment", 14},
                           kind_place{"owner", 15},
                           kind_place{"grants", 16},
                           kind_place{"default privileges", 17}};

std::pair<int, std::ptrdiff_t> place_of(std::string_view kind)
{
    const auto found = std::ranges::find(kinds, kind, &kind_place::kind);
    return {found == kinds.end() ? static_cast<int>(kinds.size()) : found->section, found - kinds.begin()};
}

bool stands_before(const catalog_fact& a, const catalog_fact& b)
{
    const auto [section_a, rank_a] = place_of(a.kind);
    const auto [section_b, rank_b] = place_of(b.kind);
    return std::tie(section_a, a.object, rank_a, a.place, a.part) <
           std::tie(section_b, b.object, rank_b, b.place, b.part);
}

// What decides how names, constants and points in time are written.
struct output_setting {
    std::string_view name;
    std::string_view value;
};
constexpr std::array output_settings{
    output_setting{"search_path", "pg_catalog"},   output_setting{"datestyle", "ISO, MDY"},
    output_setting{"intervalstyle", "postgres"},   output_setting{"timezone", "UTC"},
    output_setting{"bytea_output", "hex"},         output_setting{"extra_float_digits", "1"},
    output_setting{"quote_all_identifiers", "off"}};

const pg::statement read_setting{"catalog.setting", "select current_setting($1)"};
const pg::statement make_setting{"catalog.set", "select set_config($1, $2, true)"};

// What was dropped since the snapshot has no definition any more.
using fact_row = std::tuple<std::string, std::string, std::string, std::int64_t, std::optional<std::string>>;

void append_definition(std::string& text, std::string_view definition, std::string_view indent)
{
    while (!definition.empty() && definition.back() == '\n')
        definition.remove_suffix(1);
    for (bool first = true; !definition.empty(); first = false) {
        const auto end = definition.find('\n');
        if (first)
            text += ' ';
        else
            text.append("\n").append(indent).append("  | ");
        text += definition.substr(0, end);
        definition.remove_prefix(end == std::string_view::npos ? definition.size() : end + 1);
    }
}

} // namespace

bool tells_about(const catalog_fact& fact)
{
    return fact.kind == "comment" || fact.kind == "owner" || fact.kind == "grants";
}

std::string name_of(const catalog_fact& fact)
{
    if (!fact.part.empty())
        return fmt::format("{} {} of {}", fact.kind, fact.part, fact.object);
    const auto* link = !tells_about(fact) ? "" : fact.kind == "owner" ? "of " : "on ";
    return fmt::format("{} {}{}", fact.kind, link, fact.object);
}

catalog::catalog(std::vector<catalog_fact> facts) : facts_(std::move(facts))
{
    std::ranges::sort(facts_, stands_before);
}

task<catalog> catalog::read(pg::transaction& tx)
{
    std::array<pg::statement_batch::ticket, output_settings.size()> before{};
    std::vector<pg::statement_batch::ticket> answers;
    pg::statement_batch questions;
    for (std::size_t i = 0; i < output_settings.size(); ++i)
        before[i] = questions.add(read_setting, output_settings[i].name);
    for (const auto& setting : output_settings)
        questions.add(make_setting, setting.name, setting.value);
    for (const auto statements : {relation_statements(), object_statements(), rights_statements()})
        for (const auto& statement : statements)
            answers.push_back(questions.add(statement));
    co_await tx.send(questions);

    std::vector<catalog_fact> facts;
    for (const auto answer : answers)
        for (auto& [kind, object, part, place, definition] : questions.all<fact_row>(answer))
            facts.push_back({std::move(kind), std::move(object), std::move(part), place,
                             canonical_spelling(definition.value_or(std::string{}))});

    pg::statement_batch restore;
    for (std::size_t i = 0; i < output_settings.size(); ++i)
        restore.add(make_setting, output_settings[i].name, questions.one<std::string>(before[i]));
    co_await tx.send(restore);
    co_return catalog{std::move(facts)};
}

catalog catalog::without_database() const
{
    std::vector<catalog_fact> kept;
    std::ranges::copy_if(facts_, std::back_inserter(kept),
                         [](const auto& fact) { return fact.kind != "database" && fact.kind != "setting"; });
    return catalog{std::move(kept)};
}

std::string catalog::text() const
{
    std::string text;
    const catalog_fact* above = nullptr;
    for (const auto& fact : facts_) {
        if (fact.part.empty()) {
            // Single lines stand together; what has parts, or several lines, gets air.
            const bool apart =
                above && (place_of(above->kind).first != place_of(fact.kind).first || !above->part.empty() ||
                          place_of(fact.kind).first == relations || above->definition.find('\n') != std::string::npos);
            text += fmt::format("{}{}", apart ? "\n" : "", name_of(fact));
            append_definition(text, fact.definition, "");
        } else {
            text += fmt::format("  {} {}", fact.kind, fact.part);
            append_definition(text, fact.definition, "  ");
        }
        text += '\n';
        above = &fact;
    }
    return text;
}

std::string catalog::fingerprint() const
{
    return checksum_of(text());
}

} // namespace lightdash::migrate
