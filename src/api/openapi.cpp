#include "lightdash/api/openapi.hpp"

#include "lightdash/core/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace lightdash::api {
namespace {

struct status_text {
    unsigned status;
    std::string_view name, description; // of the component, and for people
};

// The refusals of http::error_response, as components. A 500 and what begins with 50 comes to every route.
constexpr std::array refusals{
    status_text{400, "BadRequest", "An id is not a UUID, or the body is not JSON, or refers to what does not exist."},
    status_text{401, "NotAuthenticated", "There is no personal access token, or it is not valid any more."},
    status_text{403, "Forbidden", "The caller's role does not have the right, or it belongs to another organization."},
    status_text{404, "NotFound", "There is no such thing."},
    status_text{406, "NotAcceptable", "The Accept header excludes JSON."},
    status_text{409, "Conflict", "It exists already, somebody was faster, or others still use it."},
    status_text{413, "TooLarge", "The body is longer than the server takes."},
    status_text{415, "NotJson", "The body is not application/json in UTF-8, or it is encoded."},
    status_text{422, "Invalid", "Query or body do not fit their schema or rules: data has each fault by its pointer."},
    status_text{500, "OurFault", "A fault of the server: its log has the cause under the request id."},
    status_text{503, "Unavailable", "The database or the server cannot answer now: try again after Retry-After."},
    status_text{504, "TookTooLong", "The request took longer than its deadline allows."},
};

constexpr std::string_view error_schema =
    R"({"type":"object","properties":{"status":{"type":"string","const":"error"},"error":{"type":"object","properties":{)"
    R"("statusCode":{"type":"integer"},"name":{"type":"string"},"message":{"type":"string"},"data":{"type":"object"},)"
    R"("requestId":{"type":"string"}},"required":["statusCode","name","message","data","requestId"]}},)"
    R"("required":["status","error"]})";
constexpr std::string_view location =
    R"("Location":{"description":"The path of what was created","schema":{"type":"string"}})";
constexpr std::string_view etag =
    R"("ETag":{"description":"Names what was told: for If-None-Match and If-Match","schema":{"type":"string"}})";
constexpr described_header if_none_match{
    "If-None-Match",
    "The ETag of what the client has: while it would be told the same, the answer is 304 without a body"};
constexpr std::string_view security_schemes =
    R"({"personalAccessToken":{"type":"apiKey","in":"header","name":"Authorization",)"
    R"("description":"ApiKey, a space, and a personal access token: ApiKey ldpat_…"}})";

constexpr described_header idempotency_key{
    key_header, "Carried out once, however often it is sent with this key within 24 hours: 1 to 255 visible ASCII "
                "characters, such as a UUID. The answer is the first one's again, with the header Idempotent-Replayed; "
                "422 when the key was used for another request, 409 while it is being carried out"};

bool is_conditional(const route& row)
{
    return row.tagged && row.verb == http::method::get;
}

bool applies(const route& row, unsigned status)
{
    const bool asks_database = row.use != access::none;
    switch (status) {
    case 400:
        return !row.path_names.empty() || row.body || !row.query_names.empty() || !row.headers.empty() ||
               row.use == access::writes;
    case 401:
    case 403:
        return !row.needed.nothing;
    case 404:
        return !row.path_names.empty();
    case 409:
        return row.use == access::writes;
    case 413:
    case 415:
        return row.body != nullptr;
    case 503:
    case 504:
        return asks_database || !row.needed.nothing;
    default: // what Accept and a query that nobody knows can do to every route; 500
        return true;
    }
}

void append_member(std::string& out, std::string_view name, std::string_view text)
{
    out += out.empty() || out.back() == '{' ? "" : ",";
    json::write_text(out, name);
    out += ':';
    json::write_text(out, text);
}

std::string capitalized(std::string_view word)
{
    std::string made;
    bool raise = true;
    for (const char c : word) {
        const bool separates = c == '-' || c == '_' || c == '.';
        if (!separates)
            made += raise && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        raise = separates;
    }
    return made;
}

std::string_view verb_of(const route& row)
{
    switch (row.verb) {
    case http::method::post:
        return "create";
    case http::method::patch:
        return "update";
    case http::method::put:
        return "replace";
    case http::method::delete_:
        return "delete";
    default:
        return "get";
    }
}

std::string lower_case(std::string_view text)
{
    std::string made{text};
    for (char& c : made)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return made;
}

// PATCH /api/v1/projects/{project} is updateProject, GET /api/v1/projects/{project}/charts getProjectCharts, POST
// /api/v1/saved/{chart}/rollback/{version} createSavedChartRollbackVersion.
std::string operation_id(const route& row)
{
    std::vector<std::string> words;
    std::string version;
    auto rest = row.pattern;
    while (!rest.empty()) {
        rest.remove_prefix(1);
        const auto segment = rest.substr(0, rest.find('/'));
        rest.remove_prefix(segment.size());
        if (segment == "api" || segment == "v1")
            continue;
        if (segment == "v2")
            version = "V2";
        else if (!segment.starts_with('{'))
            words.push_back(capitalized(segment));
        else if (const auto name = segment.substr(1, segment.size() - 2);
                 !words.empty() && lower_case(words.back()).find(name) != std::string::npos)
            words.back() = capitalized(name); // one of those
        else
            words.push_back(capitalized(name));
    }
    std::string id{verb_of(row)};
    for (const auto& word : words)
        id += word;
    return id + version;
}

std::string parameters_of(const route& row)
{
    std::string list;
    const auto add = [&list](std::string_view name, std::string_view in, bool required, std::string_view schema) {
        list += list.empty() ? "" : ",";
        list += fmt::format(R"({{"name":"{}","in":"{}","required":{},"schema":{}}})", name, in, required, schema);
    };
    for (std::size_t i = 0; i < row.path_names.size(); ++i)
        add(row.path_names[i], "path", true, row.path_schemas[i]);
    for (std::size_t i = 0; i < row.query_names.size(); ++i)
        add(row.query_names[i], "query", false, row.query_schemas[i]);
    const auto add_header = [&list](const described_header& header) {
        list += list.empty() ? "{" : ",{";
        append_member(list, "name", header.name);
        append_member(list, "in", "header");
        append_member(list, "description", header.description);
        list += R"(,"schema":{"type":"string"}})";
    };
    if (is_conditional(row))
        add_header(if_none_match);
    for (const auto& header : row.headers)
        add_header(header);
    if (row.takes_key())
        add_header(idempotency_key);
    return list;
}

std::string headers_of(const route& row)
{
    const std::string_view made = row.status == 201 ? location : std::string_view{},
                           tag = row.tagged ? etag : std::string_view{};
    if (made.empty() && tag.empty())
        return {};
    return fmt::format(R"("headers":{{{}{}{}}},)", made, made.empty() || tag.empty() ? "" : ",", tag);
}

std::string success_of(const route& row, schemas& known)
{
    std::string results;
    if (row.results) {
        results = R"(,"results":)";
        row.results(results, known, direction::told);
    }
    const bool made = row.status == 201;
    return fmt::format(
        R"("{}":{{"description":"{}",{}"content":{{"application/json":{{"schema":{{"type":"object","properties":{{)"
        R"("status":{{"type":"string","const":"ok"}}{}}},"required":["status"{}]}}}}}}}})",
        row.status, made ? "Created" : "Done", headers_of(row), results, results.empty() ? "" : R"(,"results")");
}

std::string answers_of(const route& row, schemas& known)
{
    if (row.handler) {
        auto made = success_of(row, known);
        if (is_conditional(row))
            made += fmt::format(R"(,"304":{{"description":"It is as the client knows it","headers":{{{}}}}})", etag);
        for (const auto& refusal : refusals)
            if (applies(row, refusal.status))
                made += fmt::format(R"(,"{}":{{"$ref":"#/components/responses/{}"}})", refusal.status, refusal.name);
        return made;
    }
    std::string made;
    for (const auto& answer : row.answers) {
        made += fmt::format(R"({}"{}":{{)", made.empty() ? "" : ",", answer.status);
        append_member(made, "description", answer.description);
        std::string schema;
        answer.schema(schema, known, direction::told);
        made += fmt::format(R"(,"content":{{"application/json":{{"schema":{}}}}}}})", schema);
    }
    return made + R"(,"406":{"$ref":"#/components/responses/NotAcceptable"})";
}

std::string operation_of(const route& row, const gate& rights, schemas& known)
{
    std::string made = "{";
    append_member(made, "operationId", operation_id(row));
    append_member(made, "summary", row.summary);
    if (!row.needed.nothing)
        append_member(made, "description", "Needs the right " + rights.name_of(row.needed.right) + ".");
    std::string tag;
    json::write_text(tag, row.tag);
    made += fmt::format(R"(,"tags":[{}])", tag);
    if (row.needed.nothing)
        made += R"(,"security":[])";
    if (const auto list = parameters_of(row); !list.empty())
        made += fmt::format(R"(,"parameters":[{}])", list);
    if (row.body) {
        std::string body;
        row.body(body, known, direction::taken);
        made +=
            fmt::format(R"(,"requestBody":{{"required":true,"content":{{"application/json":{{"schema":{}}}}}}})", body);
    }
    return made + fmt::format(R"(,"responses":{{{}}}}})", answers_of(row, known));
}

// The patterns in the order in which they were added first.
std::vector<std::string_view> patterns_of(const routes& all)
{
    std::vector<std::string_view> each;
    for (const auto& row : all.table())
        if (std::ranges::find(each, row.pattern) == each.end())
            each.push_back(row.pattern);
    return each;
}

std::string paths_of(const routes& all, schemas& known)
{
    std::set<std::string> ids;
    std::string paths;
    for (const auto pattern : patterns_of(all)) {
        std::string operations;
        for (const auto& row : all.table()) {
            if (row.pattern != pattern)
                continue;
            if (!ids.insert(operation_id(row)).second)
                throw error{error_kind::internal, fmt::format("Route {} {}: another has the operationId {}.",
                                                              http::to_string(row.verb), pattern, operation_id(row))};
            operations += operations.empty() ? "" : ",";
            operations += fmt::format(R"("{}":{})", lower_case(http::to_string(row.verb)),
                                      operation_of(row, all.rights(), known));
        }
        paths += fmt::format(R"({}"{}":{{{}}})", paths.empty() ? "" : ",", pattern, operations);
    }
    return paths;
}

std::string tags_of(const routes& all)
{
    std::vector<std::string_view> each;
    std::string tags;
    for (const auto& row : all.table()) {
        if (std::ranges::find(each, row.tag) != each.end())
            continue;
        each.push_back(row.tag);
        std::string name;
        json::write_text(name, row.tag);
        tags += fmt::format(R"({}{{"name":{}}})", tags.empty() ? "" : ",", name);
    }
    return tags;
}

std::string responses()
{
    std::string made;
    for (const auto& refusal : refusals) {
        made += fmt::format(R"({}"{}":{{)", made.empty() ? "" : ",", refusal.name);
        append_member(made, "description", refusal.description);
        made += R"(,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}}})";
    }
    return made;
}

} // namespace

std::string openapi_document(const routes& all, std::string_view version)
{
    schemas known;
    const auto paths = paths_of(all, known);
    std::string components = fmt::format(R"("Error":{})", error_schema);
    for (const auto& [name, schema] : known.components())
        components += fmt::format(R"(,"{}":{})", name, schema);
    return fmt::format(
        R"({{"openapi":"3.1.0","info":{{"title":"lightdash-backend","version":"{}"}},"servers":[{{"url":"/"}}],)"
        R"("security":[{{"personalAccessToken":[]}}],"tags":[{}],"paths":{{{}}},)"
        R"("components":{{"securitySchemes":{},"responses":{{{}}},"schemas":{{{}}}}}}})",
        version, tags_of(all), paths, security_schemes, responses(), components);
}

std::string routes_markdown(const routes& all)
{
    std::string table = "| path | method | |\n| --- | --- | --- |\n";
    for (const auto& row : all.table())
        table += fmt::format("| `{}` | {} | {}{} |\n", row.pattern, http::to_string(row.verb), row.summary,
                             row.needed.nothing ? "; without a token" : "");
    return table;
}

} // namespace lightdash::api
