#include "api/api_routes.hpp"

#include "lightdash/core/uuid.hpp"

#include <boost/json.hpp>

#include <map>
#include <regex>
#include <stdexcept>

namespace lightdash::testing {
namespace {

const std::string a_chart =
    R"({"name":"By table","tableName":"orders","metricQuery":{"exploreName":"orders",)"
    R"("dimensions":["orders_status"],"metrics":[],"filters":{},"sorts":[],"limit":500,)"
    R"("tableCalculations":[]},"chartConfig":{"type":"table"},"tableConfig":{"columnOrder":[]}})";
const std::string a_version =
    R"({"tableName":"orders","metricQuery":{"exploreName":"orders","dimensions":["orders_status"],"metrics":[],)"
    R"("filters":{},"sorts":[],"limit":10,"tableCalculations":[]},"chartConfig":{"type":"table"},)"
    R"("tableConfig":{"columnOrder":[]}})";
const std::string a_dashboard = R"({"name":"By table","tiles":[{"type":"markdown","x":0,"y":0,"w":12,"h":4,)"
                                R"("properties":{"title":"Hello","content":"# Hi"}}]})";
const std::string a_warehouse = R"({"type":"postgres","host":"127.0.0.1","port":1,"dbname":"shop","schema":"public",)"
                                R"("user":"reader","password":"s3cret"})";
const std::string a_project =
    R"({"name":"By table","type":"PREVIEW","dbtConnection":{"type":"none"},"warehouseConnection":)" + a_warehouse + "}";
const std::string a_space = R"({"name":"By table","inheritParentPermissions":true})";

// The body of each route that takes one, by "METHOD pattern".
const std::map<std::string, std::string> bodies{
    {"POST /api/v1/login", R"({"email":"demo@lightdash.com","password":"demo_password!"})"},
    {"POST /api/v1/user", R"({"firstName":"By","lastName":"Table","email":"{unique}@example.com",)"
                          R"("password":"demo_password!"})"},
    {"POST /api/v1/user/password", R"({"password":"demo_password!","newPassword":"demo_password!"})"},
    {"POST /api/v1/password-reset", R"({"email":"nobody@lightdash.com"})"},
    {"POST /api/v1/user/password/reset", R"({"code":"{code}","newPassword":"demo_password!"})"},
    {"POST /api/v1/org/warehouse-credentials", R"({"name":"{unique}","credentials":)" + a_warehouse + "}"},
    {"PATCH /api/v1/org/warehouse-credentials/{credentials}", R"({"description":"changed"})"},
    {"POST /api/v1/org/projects", a_project},
    {"PATCH /api/v1/projects/{project}", R"({"name":"Changed"})"},
    {"PATCH /api/v1/projects/{project}/details", R"({"name":"Changed"})"},
    {"PATCH /api/v1/projects/{project}/metadata", R"({"upstreamProjectUuid":null})"},
    {"PATCH /api/v1/projects/{project}/schedulerSettings", R"({"schedulerTimezone":"Europe/Berlin"})"},
    {"PATCH /api/v1/projects/{project}/results-cache-config", R"({"cacheTtlSeconds":3600})"},
    {"PUT /api/v1/projects/{project}/explores", "[]"},
    {"POST /api/v1/projects/{project}/explores/{explore}/compileQuery", R"({"dimensions":["t_a"],"metrics":[]})"},
    {"POST /api/v1/projects/{project}/saved", a_chart},
    {"PATCH /api/v1/saved/{chart}", R"({"description":"changed","status":"draft"})"},
    {"POST /api/v1/saved/{chart}/version", a_version},
    {"POST /api/v1/projects/{project}/dashboards", a_dashboard},
    {"PATCH /api/v1/dashboards/{dashboard}", R"({"description":"changed"})"},
    {"POST /api/v1/user/me/personal-access-tokens", R"({"description":"of a test"})"},
    {"PATCH /api/v1/user/me/personal-access-tokens/{token}/rotate", R"({"expiresAt":null})"},
    {"POST /api/v1/invite-links", R"({"email":"invited@lightdash.com","expiresAt":"2999-01-01T00:00:00Z"})"},
    {"PATCH /api/v1/org", R"({"name":"Jaffle Shop","chartColors":["#7162ff"]})"},
    {"PATCH /api/v1/user/me", R"({"isSetupComplete":true})"},
    {"POST /api/v1/projects/{project}/access", R"({"email":"viewer@lightdash.com","role":"editor","sendEmail":false})"},
    {"PATCH /api/v1/projects/{project}/access/{user}", R"({"role":"viewer"})"},
    {"POST /api/v1/groups/{group}/projects/{project}", R"({"role":"viewer"})"},
    {"PATCH /api/v1/groups/{group}/projects/{project}", R"({"role":"editor"})"},
    {"POST /api/v1/org/groups", R"({"name":"{unique}"})"},
    {"PATCH /api/v1/groups/{group}", R"({"members":[]})"},
    {"POST /api/v1/projects/{project}/spaces", a_space},
    {"PATCH /api/v1/projects/{project}/spaces/{space}", R"({"name":"Renamed"})"},
    {"POST /api/v1/projects/{project}/spaces/{space}/share", R"({"userUuid":"{user}","spaceRole":"editor"})"},
    {"POST /api/v1/projects/{project}/spaces/{space}/group/share", R"({"groupUuid":"{group}","spaceRole":"viewer"})"},
    {"POST /api/v2/projects/{project}/query/metric-query",
     R"({"query":{"exploreName":"{explore}","dimensions":["t_a"],"metrics":[]}})"},
    {"POST /api/v2/projects/{project}/query/chart", R"({"chartUuid":"{shown}"})"},
    {"POST /api/v2/projects/{project}/query/sql", R"({"sql":"select 1 as one","limit":10})"},
    {"PATCH /api/v1/org/users/{user}", R"({"role":"viewer"})"},
    {"POST /api/v2/content/{project}/restore", R"({"item":{"uuid":"{deleted}","contentType":"chart"}})"},
    {"DELETE /api/v2/content/{project}/permanent", R"({"item":{"uuid":"{deleted}","contentType":"chart"}})"},
    {"POST /api/v2/content/{project}/move",
     R"({"item":{"uuid":"{chart}","contentType":"chart","source":"dbt_explore"},)"
     R"("action":{"type":"move","targetSpaceUuid":"{space}"}})"},
    {"POST /api/v2/orgs/{organization}/roles/assignments/user/{user}", R"({"roleId":"viewer"})"},
    {"POST /api/v2/projects/{project}/roles/assignments/user/{user}", R"({"roleId":"editor","sendEmail":false})"},
    {"POST /api/v2/projects/{project}/roles/assignments/group/{group}", R"({"roleId":"viewer"})"},
    {"PATCH /api/v2/projects/{project}/roles/assignments/group/{group}", R"({"roleId":"editor"})"},
};

std::string made(const api_answer& answer, std::string_view member)
{
    if (answer.status >= 300)
        throw std::runtime_error("nothing to ask for was made: " + answer.raw.body);
    return std::string{answer.results().at(member).as_string()};
}

// In the project that the path names, or else the demo one.
std::string of_project(const api_server& server, const std::string& named)
{
    return named.empty() ? server.project() : named;
}

// The id of a new thing; of what is a person's own, that one's.
std::string new_thing(api_server& server, const std::string& parameter, std::string_view as, const std::string& project)
{
    if (parameter == "project")
        return made({200,
                     boost::json::object{
                         {"results", server.post("admin", "/api/v1/org/projects", a_project).results().at("project")}},
                     {}},
                    "projectUuid");
    if (parameter == "code") {
        const auto code = uuid::random().to_string();
        server.database().execute("insert into password_reset_links (code_hash, user_id, expires_at) select sha256('" +
                                  code +
                                  "'::bytea), id, now() + interval '1 hour' from users "
                                  "where email = 'demo@lightdash.com'");
        return code;
    }
    if (parameter == "unique")
        return uuid::random().to_string();
    if (parameter == "credentials")
        return made(
            server.post("admin", "/api/v1/org/warehouse-credentials",
                        R"({"name":")" + uuid::random().to_string() + R"(","credentials":)" + a_warehouse + "}"),
            "organizationWarehouseCredentialsUuid");
    if (parameter == "group")
        return made(server.post("admin", "/api/v1/org/groups", R"({"name":")" + uuid::random().to_string() + "\"}"),
                    "uuid");
    if (parameter == "organization")
        return server.database().value("select organization_id from projects where id = '" + server.project() + "'");
    const auto in_project = "/api/v1/projects/" + of_project(server, project);
    if (parameter == "space")
        return made(server.post("admin", in_project + "/spaces", a_space), "uuid");
    if (parameter == "deleted") {
        auto chart = made(server.post("admin", in_project + "/saved", a_chart), "uuid");
        server.remove("admin", "/api/v1/saved/" + chart);
        return chart;
    }
    if (parameter == "chart")
        return made(server.post("admin", in_project + "/saved", a_chart), "uuid");
    if (parameter == "dashboard")
        return made(server.post("admin", in_project + "/dashboards", a_dashboard), "uuid");
    if (parameter == "user")
        return server.add_user("viewer");
    if (parameter == "token")
        return made(server.post(as, "/api/v1/user/me/personal-access-tokens", R"({"description":"of a test"})"),
                    "uuid");
    if (parameter == "code")
        return made(server.post("admin", "/api/v1/invite-links",
                                R"({"email":"invited@lightdash.com","expiresAt":"2999-01-01T00:00:00Z"})"),
                    "inviteCode");
    if (parameter == "email")
        return "viewer@lightdash.com";
    throw std::runtime_error("nobody wrote how a {" + parameter + "} is made");
}

// One that was answered already: no warehouse is there.
std::string answered_query(api_server& server, const std::string& project, std::string_view as)
{
    return server.database().value(
        "with r as (insert into query_results (project_id, connection_id, cache_key, statement, row_limit, status, "
        "total_rows, expires_at) select id, warehouse_connection_id, '\\x01', 'select 1', 10, 'ready', 1, now() + "
        "interval '1 hour' from projects where id = '" +
        project +
        "' returning id), p as (insert into query_result_pages select id, 1, 1, '{\"one\":{\"value\":{\"raw\":1,"
        "\"formatted\":\"1\"}}}' from r) insert into query_history (project_id, created_by, result_id, context, "
        "cache_hit) select '" +
        project + "', u.id, r.id, 'sqlRunner', false from r, users u where u.email = '" +
        (as == "admin" ? "demo" : std::string{as}) + "@lightdash.com' returning id");
}

// The name of a new explore of the project: of one table with one dimension.
std::string new_explore(api_server& server, const std::string& project, const std::string& name,
                        const std::string& table, const std::string& dimension)
{
    server.database().execute("insert into explores (project_id, name, label, definition, etag) select '" + project +
                              "', '" + name + R"(', 'A', '{"name":"a","baseTable":")" + table + R"(","tables":{")" +
                              table + R"(":{"sqlTable":"t","dimensions":{")" + dimension +
                              R"(":{"type":"string","sql":"${TABLE}.a"}},"metrics":{}}}}', uuid_generate_v4())");
    return name;
}

// The id of an earlier version of a new thing.
std::string earlier_version(api_server& server, const std::string& of, const std::string& id)
{
    if (of == "chart") {
        const auto target = "/api/v1/saved/" + id;
        const auto first = made(server.get("admin", target), "versionUuid");
        made(server.post("admin", target + "/version", a_version), "versionUuid");
        return first;
    }
    if (of == "dashboard") {
        const auto target = "/api/v1/dashboards/" + id;
        const auto first = made(server.get("admin", target), "versionUuid");
        made(server.patch("admin", target, R"({"tiles":[]})"), "versionUuid");
        return first;
    }
    throw std::runtime_error("nobody wrote how a version of a {" + of + "} is made");
}

template <class Make>
std::string filled(const std::string& pattern, Make make)
{
    static const std::regex parameter{R"(\{([a-z]+)\})"};
    std::string target, rest = pattern;
    for (std::smatch found; std::regex_search(rest, found, parameter); rest = found.suffix())
        target += std::string{found.prefix()} + make(std::string{found[1]});
    return target + rest;
}

// To the user or group that the path names with a project, so that it can be told, changed and taken away.
void give_role_in_project(api_server& server, const std::string& target)
{
    static const std::regex of_user{"/api/v1/projects/([^/]+)/(?:access|user)/([^/]+)"};
    static const std::regex of_group{"/api/v1/groups/([^/]+)/projects/([^/]+)"};
    static const std::regex assigned{"/api/v2/projects/([^/]+)/roles/assignments/(user|group)/([^/]+)"};
    const auto insert = [&](const std::string& into, const std::string& project, const std::string& whom) {
        server.database().execute("insert into " + into + " values ('" + project + "', '" + whom + "', 'viewer')");
    };
    if (std::smatch found; std::regex_match(target, found, of_user))
        insert("project_memberships (project_id, user_id, role)", found[1], found[2]);
    else if (std::regex_match(target, found, of_group))
        insert("project_group_access (project_id, group_id, role)", found[2], found[1]);
    else if (std::regex_match(target, found, assigned))
        insert(found[2] == "user" ? "project_memberships (project_id, user_id, role)"
                                  : "project_group_access (project_id, group_id, role)",
               found[1], found[3]);
}

} // namespace

std::vector<api_route> described_routes(api_server& server)
{
    static const std::string needs = "Needs the right ";
    std::vector<api_route> each;
    const auto description = server.get("", "/api/docs/openapi.json").body;
    for (const auto& path : description.at("paths").as_object())
        for (const auto& operation : path.value().as_object()) {
            api_route route{.method = operation.key(), .pattern = path.key(), .right = {}};
            for (char& c : route.method)
                c = static_cast<char>(c - 'a' + 'A');
            const auto& what = operation.value().as_object();
            if (const auto* text = what.if_contains("description")) {
                const std::string right{text->as_string()};
                route.right = right.substr(needs.size(), right.size() - needs.size() - 1);
            }
            route.success = what.at("responses").as_object().contains("201") ? 201 : 200;
            route.has_body = what.contains("requestBody");
            if (const auto* parameters = what.if_contains("parameters"))
                for (const auto& each_of : parameters->as_array())
                    route.has_pages = route.has_pages || each_of.at("name").as_string() == "page";
            each.push_back(std::move(route));
        }
    return each;
}

api_request request_for(api_server& server, const api_route& route, std::string_view as)
{
    std::string before, id, project; // the parameter that stands before, and the project
    const auto fill = [&](const std::string& name) -> std::string {
        if (name == "code" && route.pattern.find("/invite-links/") != std::string::npos)
            return made(server.post("admin", "/api/v1/invite-links",
                                    R"({"email":"invited@lightdash.com","expiresAt":"2999-01-01T00:00:00Z"})"),
                        "inviteCode");
        if (name == "query")
            return id = answered_query(server, project, as);
        if (name == "explore")
            return new_explore(server, project, uuid::random().to_string(), "t", "a");
        if (name == "shown") { // a chart of an explore that there is
            new_explore(server, project, "orders", "orders", "status");
            return new_thing(server, "chart", as, project);
        }
        id = name == "version" ? earlier_version(server, before, id) : new_thing(server, name, as, project);
        if (name == "project")
            project = id;
        before = name;
        return id;
    };
    api_request asked{filled(route.pattern, fill), {}};
    give_role_in_project(server, asked.target);
    if (route.pattern.ends_with("{dashboard}/restore") || route.pattern.ends_with("{chart}/restore"))
        server.remove("admin", asked.target.substr(0, asked.target.rfind('/')));
    if (route.has_body)
        asked.body = filled(bodies.at(route.method + ' ' + route.pattern), fill);
    return asked;
}

std::string target_with_id(const api_route& route, const std::string& id)
{
    return filled(route.pattern, [&](const std::string&) { return id; });
}

} // namespace lightdash::testing
