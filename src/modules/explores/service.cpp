#include "modules/explores/service.hpp"

#include "lightdash/api/outcome.hpp"
#include "lightdash/sql/builder.hpp"
#include "modules/access/condition.hpp"
#include "modules/explores/compiler/compiler.hpp"
#include "modules/projects/service.hpp"
#include "modules/shared/stored_json.hpp"

#include <algorithm>
#include <string>

namespace lightdash::explores {
namespace {

using access::scope;

struct explore_now {
    pg::json_text definition;
    uuid etag;
    pg::timestamp local_now; // in the query's time zone
};
LIGHTDASH_DESCRIBE(explore_now, definition, etag, local_now)

struct wanted_explore {
    std::string_view name, timezone;
};
LIGHTDASH_DESCRIBE(wanted_explore, name, timezone)

// As PostgreSQL's names of time zones are made; it knows itself which there are.
std::string checked_zone(const metric_query& asked)
{
    const auto zone = asked.timezone.value_or("UTC");
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '/' ||
               c == '+' || c == '-';
    };
    if (zone.empty() || zone.size() > 64 || !std::ranges::all_of(zone, fits))
        throw error{error_kind::invalid_parameter, "The query's timezone is none: a name is \"Europe/Berlin\"."};
    return zone;
}

} // namespace

task<compiled> compiled_for(pg::session& db, const caller& who, project_id project, std::string_view explore_name,
                            const metric_query& asked, bool ad_hoc)
{
    static const auto ask_to_explore = access::ask_project(scope::manage_explore, "explores.may_compile");
    static const auto ask_to_view = access::ask_project(scope::view_project, "explores.may_be_asked");
    static const auto find =
        sql::select(sql::columns_of<explore_now>("e").set("local_now", sql::raw::open("now() at time zone :timezone")))
            .from("explores as e")
            .where("e.project_id", sql::param<project_id>())
            .where("e.name", sql::param<std::string_view>("name"))
            .named<project_id, wanted_explore>("explores.to_compile");
    const auto zone = checked_zone(asked);
    const auto row = co_await access::read_permitted(db, (ad_hoc ? ask_to_explore : ask_to_view)(project, who),
                                                     find(project, {explore_name, zone}),
                                                     ad_hoc ? scope::manage_explore : scope::view_project, "project");
    const auto found = api::require_found(row.maybe<explore_now>(), "explore");
    std::string text;
    append_as_written(text, found.definition.text);
    const auto over = json::read_text<explore>(text);
    co_return compiled{compile(over, asked, {.timezone = zone, .now = found.local_now.utc}), found.etag};
}

void remove_of_project(pg::statement_batch& statements, const caller& who, project_id project)
{
    static const auto erase = projects::contents_removal("explores", "explores.delete_of_project");
    statements.add(erase(project, who));
}

} // namespace lightdash::explores
