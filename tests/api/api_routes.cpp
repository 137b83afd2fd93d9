#include "api/api_routes.hpp"

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
const std::string a_dashboard = R"({"name":"By table","tiles":[{"type":"markdown","x":0,"y":0,"w":12,"h":4,)"
                                R"("properties":{"title":"Hello","content":"# Hi"}}]})";
const std::string a_project = R"({"name":"By table","type":"PREVIEW","dbtConnection":{"type":"none"}})";

// The body of each route that takes one, by "METHOD pattern".
const std::map<std::string, std::string> bodies{
    {"POST /api/v1/org/projects", a_project},
    {"PATCH /api/v1/projects/{project}", R"({"name":"Changed"})"},
    {"POST /api/v1/projects/{project}/saved", a_chart},
    {"PATCH /api/v1/saved/{chart}", R"({"description":"changed","status":"draft"})"},
    {"POST /api/v1/projects/{project}/dashboards", a_dashboard},
    {"PATCH /api/v1/dashboards/{dashboard}", R"({"description":"changed"})"},
    {"PATCH /api/v1/org", R"({"name":"Jaffle Shop","chartColors":["#7162ff"]})"},
    {"PATCH /api/v1/user/me", R"({"isSetupComplete":true})"},
    {"PATCH /api/v1/org/users/{user}", R"({"role":"viewer"})"},
};

std::string made(const api_answer& answer, std::string_view member)
{
    if (answer.status >= 300)
        throw std::runtime_error("nothing to ask for was made: " + answer.raw.body);
    return std::string{answer.results().at(member).as_string()};
}

// The id of a new thing.
std::string new_thing(api_server& server, const std::string& parameter)
{
    if (parameter == "project")
        return made({200,
                     boost::json::object{
                         {"results", server.post("admin", "/api/v1/org/projects", a_project).results().at("project")}},
                     {}},
                    "projectUuid");
    const auto in_project = "/api/v1/projects/" + server.project();
    if (parameter == "chart")
        return made(server.post("admin", in_project + "/saved", a_chart), "uuid");
    if (parameter == "dashboard")
        return made(server.post("admin", in_project + "/dashboards", a_dashboard), "uuid");
    if (parameter == "user")
        return server.add_user("viewer");
    if (parameter == "email")
        return "viewer@lightdash.com";
    throw std::runtime_error("nobody wrote how a {" + parameter + "} is made");
}

template <class Make>
std::string filled(const std::string& pattern, Make make)
{
    static const std::regex parameter{R"(\{([^}]*)\})"};
    std::string target, rest = pattern;
    for (std::smatch found; std::regex_search(rest, found, parameter); rest = found.suffix())
        target += std::string{found.prefix()} + make(std::string{found[1]});
    return target + rest;
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
            each.push_back(std::move(route));
        }
    return each;
}

api_request request_for(api_server& server, const api_route& route)
{
    api_request made{filled(route.pattern, [&](const std::string& name) { return new_thing(server, name); }), {}};
    if (route.has_body)
        made.body = bodies.at(route.method + ' ' + route.pattern);
    return made;
}

std::string target_with_id(const api_route& route, const std::string& id)
{
    return filled(route.pattern, [&](const std::string&) { return id; });
}

} // namespace lightdash::testing
