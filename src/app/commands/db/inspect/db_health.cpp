// db health
#include "app/commands/db/inspect/inspection.hpp"
#include "app/commands/list.hpp"
#include "lightdash/ops/inspect/health.hpp"

#include <fmt/format.h>

namespace lightdash::app {
namespace {

using health_items = std::vector<ops::health_item>;

struct health_options {
    std::optional<std::string> check; // "" and "bad": exit 1 when a light is bad

    void describe(option_list& are)
    {
        describe_inspection(are, "[{name, light: ok, unknown, warn or bad, reason, mend}], the worst first");
        are.optional_value("--check", check, "Exit 1 when a light is bad, or with --check=warn when one is warn or bad")
            .one_of({"bad", "warn"})
            .named("LIGHT");
    }
};

answer<health_items> find(const invocation& call, const health_options& given)
{
    auto found = inspect(call, [](pg::session& db) { return ops::read_health(db); });
    const auto fail_from = given.check == "warn" ? ops::health_light::warn : ops::health_light::bad;
    if (found.value && given.check && ops::worst_of(*found.value) >= fail_from)
        found.code = 1;
    return found;
}

cell light_cell(ops::health_light light)
{
    switch (light) {
    case ops::health_light::ok:
        return {"ok", style::good};
    case ops::health_light::unknown:
        return {"unknown", style::dim};
    case ops::health_light::warn:
        return {"warn", style::warn};
    case ops::health_light::bad:
        break;
    }
    return {"bad", style::bad};
}

void show(const health_items& items, const invocation& call)
{
    table made{{{"light"}, {"of"}, {"reason", column_kind::flexible}}};
    for (const auto& one : items)
        made.add({light_cell(one.light), one.name, one.reason});
    fmt::print("{}", made.text(call.out));
    bool first = true;
    for (const auto& one : items) {
        if (one.mend.empty())
            continue;
        fmt::print("{}{}: {}\n", first ? "\nTo mend:\n  " : "  ", one.name, printable(one.mend));
        first = false;
    }
}

} // namespace

command commands::db_health()
{
    return answering<health_options>(
        {.path = "db health",
         .meaning = "What ends badly when nobody looks, with what mends it",
         .examples = "  lightdash-backend db health\n"
                     "  lightdash-backend db health --check || echo 'look at the database'\n"
                     "  lightdash-backend db health --json | jq -r '.[] | select(.light == \"bad\").mend'"},
        find, show);
}

} // namespace lightdash::app
