// db schema
#include "app/cli/answer.hpp"
#include "app/commands/list.hpp"
#include "lightdash/migrate/catalog_difference.hpp"
#include "lightdash/migrate/migrate_error.hpp"
#include "lightdash/migrate/verify.hpp"

#include <fmt/format.h>

#include <variant>

namespace lightdash::app {
namespace {

// What `db schema --json` prints.
struct schema_document {
    std::string fingerprint;
    std::vector<migrate::catalog_fact> facts;
    std::string text; // for people
};
LIGHTDASH_DESCRIBE(schema_document, fingerprint, facts)

using differences = std::vector<migrate::catalog_difference>;
using schema_answer = std::variant<schema_document, differences>; // with --diff the latter

struct schema_options {
    std::string other;

    void describe(option_list& are)
    {
        are.setting("LIGHTDASH_DATA_DIR");
        are.json("{fingerprint, facts: [{kind, object, part, place, definition}]}; with --diff an array of {kind, "
                 "sentence}");
        are.value("--diff", other,
                  "Say what differs from that database's schema (exit 5 when anything does). Compared is all that "
                  "pg_dump writes but the rows, by its meaning and not by its spelling, the database's own locale, "
                  "rights and settings included. Not compared: what belongs to an extension and who owns the "
                  "extension, the migrations' own tables, tablespaces, where sequences stand, large objects, "
                  "security labels, who granted a right, settings of a role in all databases, a subscription's "
                  "address, a user mapping's options; and an owner only where it is not the role that migrates (the "
                  "owner of lightdash_migrations, else of the database)")
            .named("URL");
    }
};

answer<migrate::catalog> read_schema(const settings& config)
{
    runtime on{config};
    return ask(on, migrate::read_catalog(on.database(), deadline::after(std::chrono::minutes{1})));
}

answer<schema_answer> find(const invocation& call, const schema_options& given)
{
    const auto here = read_schema(call.config());
    if (!here.value)
        return {std::nullopt, here.code};
    if (given.other.empty())
        return {schema_document{
            here.value->fingerprint(), {here.value->facts().begin(), here.value->facts().end()}, here.value->text()}};
    auto elsewhere = call.config();
    elsewhere.database_url = secret{given.other};
    const auto there = read_schema(elsewhere);
    if (!there.value)
        return {std::nullopt, there.code};
    const auto found = migrate::compare(*there.value, *here.value);
    return {found, static_cast<int>(found.empty() ? migrate::exit_code::done : migrate::exit_code::history)};
}

void show(const schema_answer& found, const invocation&)
{
    if (const auto* schema = std::get_if<schema_document>(&found))
        fmt::print("{}", schema->text);
    else
        for (const auto& one : std::get<differences>(found))
            fmt::print("{}\n", one.sentence);
}

void tell(const schema_answer& found, const invocation&)
{
    if (const auto* between = std::get_if<differences>(&found); between && between->empty())
        fmt::print(stderr, "Both databases have the same schema.\n");
}

} // namespace

command commands::db_schema()
{
    return answering<schema_options>(
        {.path = "db schema",
         .meaning = "Describe the schema, in an order that two databases can be compared by",
         .examples = "  lightdash-backend db schema > schema.txt && git diff schema.txt\n"
                     "  lightdash-backend db schema --diff postgresql://staging/lightdash\n"
                     "  lightdash-backend db schema --json | jq -r '.facts[] | select(.kind == \"index\").part'"},
        find, show, tell);
}

} // namespace lightdash::app
