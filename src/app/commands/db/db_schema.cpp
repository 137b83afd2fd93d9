// db schema
#include "app/cli/answer.hpp"
#include "app/commands/list.hpp"
#include "lightdash/migrate/catalog_difference.hpp"
#include "lightdash/migrate/migrate_error.hpp"
#include "lightdash/migrate/verify.hpp"

#include <fmt/format.h>

namespace lightdash::app {
namespace {

// What `db schema --json` prints.
struct schema_document {
    std::string fingerprint;
    std::vector<migrate::catalog_fact> facts;
};
LIGHTDASH_DESCRIBE(schema_document, fingerprint, facts)

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

void show_schema(const migrate::catalog& found, const invocation& call)
{
    if (call.json)
        print_json(schema_document{found.fingerprint(), {found.facts().begin(), found.facts().end()}});
    else
        fmt::print("{}", found.text());
}

void show_differences(const std::vector<migrate::catalog_difference>& differences, const invocation& call)
{
    if (call.json)
        print_json(differences);
    else
        for (const auto& one : differences)
            fmt::print("{}\n", one.sentence);
    if (differences.empty())
        fmt::print(stderr, "Both databases have the same schema.\n");
}

int run(const invocation& call, const schema_options& given)
{
    const auto here = read_schema(call.config());
    if (!here.value)
        return here.code;
    if (given.other.empty()) {
        show_schema(*here.value, call);
        return 0;
    }
    auto elsewhere = call.config();
    elsewhere.database_url = secret{given.other};
    const auto there = read_schema(elsewhere);
    if (!there.value)
        return there.code;
    const auto differences = migrate::compare(*there.value, *here.value);
    show_differences(differences, call);
    return static_cast<int>(differences.empty() ? migrate::exit_code::done : migrate::exit_code::history);
}

} // namespace

command commands::db_schema()
{
    return command_of<schema_options>(
        {.path = "db schema",
         .meaning = "Describe the schema, in an order that two databases can be compared by",
         .examples = "  lightdash-backend db schema > schema.txt && git diff schema.txt\n"
                     "  lightdash-backend db schema --diff postgresql://staging/lightdash\n"
                     "  lightdash-backend db schema --json | jq -r '.facts[] | select(.kind == \"index\").part'"},
        run);
}

} // namespace lightdash::app
