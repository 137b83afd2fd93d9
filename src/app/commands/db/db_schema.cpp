// db schema
#include "app/cli/command.hpp"
#include "app/server/runtime.hpp"
#include "app/terminal/print_json.hpp"
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

task<int> read_schema(runtime& on, migrate::catalog& into)
{
    into = co_await migrate::read_catalog(on.database(), deadline::after(std::chrono::minutes{1}));
    co_return 0;
}

int print_schema(const migrate::catalog& found, bool json)
{
    if (json)
        print_json(schema_document{found.fingerprint(), {found.facts().begin(), found.facts().end()}});
    else
        fmt::print("{}", found.text());
    return 0;
}

int print_differences(const std::vector<migrate::catalog_difference>& differences, bool json)
{
    if (json)
        print_json(differences);
    else
        for (const auto& one : differences)
            fmt::print("{}\n", one.sentence);
    if (differences.empty())
        fmt::print(stderr, "Both databases have the same schema.\n");
    return static_cast<int>(differences.empty() ? migrate::exit_code::done : migrate::exit_code::history);
}

} // namespace

void add_db_schema(command_line& line, CLI::App& db)
{
    auto& schema =
        line.add_under(db, "schema", "Describe the schema, in an order that two databases can be compared by",
                       "  lightdash-backend db schema > schema.txt && git diff schema.txt\n"
                       "  lightdash-backend db schema --diff postgresql://staging/lightdash\n"
                       "  lightdash-backend db schema --json | jq -r '.facts[] | select(.kind == \"index\").part'");
    line.add_setting_flags(schema, {"LIGHTDASH_DATA_DIR"});
    const auto json = std::make_shared<bool>(false);
    const auto other = std::make_shared<std::string>();
    schema.add_flag(
        "--json", *json,
        "Print {fingerprint, facts: [{kind, object, part, place, definition}]}; with --diff an array of {kind, "
        "sentence}");
    schema
        .add_option("--diff", *other,
                    "Say what differs from that database's schema (exit 5 when anything does). Compared is all that "
                    "pg_dump writes but the rows, by its meaning and not by its spelling, the database's own locale, "
                    "rights and settings included. Not compared: what belongs to an extension and who owns the "
                    "extension, the migrations' own tables, tablespaces, where sequences stand, large objects, "
                    "security labels, who granted a right, settings of a role in all databases, a subscription's "
                    "address, a user mapping's options; and an owner only where it is not the role that migrates (the "
                    "owner of lightdash_migrations, else of the database)")
        ->type_name("URL");
    line.on_run(schema, [json, other](const loaded_settings& loaded) {
        migrate::catalog here;
        {
            runtime on{loaded.values};
            if (const int code = on.run(read_schema(on, here)))
                return code;
        }
        if (other->empty())
            return print_schema(here, *json);
        auto elsewhere = loaded.values;
        elsewhere.database_url = secret{*other};
        migrate::catalog there;
        runtime on{elsewhere};
        if (const int code = on.run(read_schema(on, there)))
            return code;
        return print_differences(migrate::compare(there, here), *json);
    });
}

} // namespace lightdash::app
