#include "layering/module_rules.hpp"

#include <algorithm>
#include <functional>
#include <regex>

namespace lightdash::layering {
namespace {

struct table_owner {
    std::string_view table;
    std::string_view slice;
    std::vector<std::string_view> readers; // slices whose SQL may read it too: joins that another round trip would cost
};

const std::vector<table_owner> owners{
    {"organizations", "organizations", {"users", "accounts", "content"}},
    {"users",
     "users",
     {"access", "accounts", "charts", "content", "dashboards", "groups", "invites", "organizations", "project_access",
      "projects", "spaces", "tokens"}},
    {"personal_access_tokens", "tokens", {"access"}}, // the gate asks for whom one is
    {"invite_links", "invites", {"users"}},           // who has no open one
    {"audit_log", "audit", {}},
    {"warehouse_connections",
     "warehouses",
     {"projects", "queries"}}, // what a project tells of its connection, and asks
    {"idempotency_keys", "idempotency", {}},
    {"outbox", "mail", {}},
    {"query_results", "queries", {}},
    {"query_result_pages", "queries", {}},
    {"query_history", "queries", {}},
    {"groups", "groups", {"spaces", "project_access"}},
    {"group_memberships", "groups", {"project_access", "spaces"}}, // whose grants and roles a space tells
    {"project_memberships", "project_access", {"spaces"}},
    {"project_group_access", "project_access", {"spaces"}},
    {"spaces", "spaces", {"access", "charts", "content", "dashboards"}},
    {"space_user_access", "spaces", {"content"}},
    {"space_group_access", "spaces", {}},
    {"projects",
     "projects",
     {"access", "charts", "content", "dashboards", "organizations", "spaces", "warehouses", "project_access", "queries",
      "explores"}},
    {"sessions", "accounts", {"access"}}, // the gate asks whose one is, and notes when it was seen
    {"login_attempts", "accounts", {}},
    {"password_reset_links", "accounts", {}},
    {"explores", "explores", {}},
    {"charts", "charts", {"content", "dashboards", "spaces"}},
    {"chart_versions", "charts", {}},
    {"dashboards", "dashboards", {"charts", "content", "spaces"}}, // where a chart may belong
    {"dashboard_versions", "dashboards", {}},
    {"dashboard_tiles", "dashboards", {"charts"}}, // a tile outlives its chart, with the chart's name
};

const table_owner* owner_of(std::string_view table)
{
    const auto found = std::ranges::find(owners, table, &table_owner::table);
    return found == owners.end() ? nullptr : &*found;
}

} // namespace

std::vector<table_use> tables_named_in(std::string_view text)
{
    static const std::regex literal{R"re("(?:[^"\\\n]|\\.)*")re"};
    static const std::regex whole{R"re(^"(\w+)(?: as \w+)?"$)re"};
    static const std::regex clause{R"re(\b(?:from|join|into|update|using)\s+(\w+))re", std::regex::icase};
    std::vector<table_use> uses;
    const std::string all{text};
    for (auto found = std::sregex_iterator{all.begin(), all.end(), literal}; found != std::sregex_iterator{}; ++found) {
        const int line = 1 + static_cast<int>(std::count(all.begin(), all.begin() + found->position(), '\n'));
        const std::string content = found->str();
        const auto add = [&](const std::string& name) {
            if (owner_of(name))
                uses.push_back({line, name});
        };
        if (std::smatch match; std::regex_match(content, match, whole))
            add(match[1].str());
        for (auto named = std::sregex_iterator{content.begin(), content.end(), clause}; named != std::sregex_iterator{};
             ++named)
            add((*named)[1].str());
    }
    return uses;
}

std::string fault_of_table(std::string_view slice, std::string_view table)
{
    const table_owner* owner = owner_of(table);
    if (!owner || owner->slice == slice || slice == "shared" || std::ranges::count(owner->readers, slice) > 0)
        return {};
    return "the table " + std::string{table} + " belongs to modules/" + std::string{owner->slice} +
           ": ask its service.hpp, or let a foreign key do it; a join that must be there is listed in "
           "tests/layering/module_rules.cpp";
}

std::vector<std::string> circle_in(const std::map<std::string, std::set<std::string>>& includes)
{
    std::vector<std::string> path;
    std::set<std::string> done;
    const std::function<bool(const std::string&)> visit = [&](const std::string& slice) {
        if (const auto seen = std::ranges::find(path, slice); seen != path.end()) {
            path.erase(path.begin(), seen);
            path.push_back(slice);
            return true;
        }
        if (!done.insert(slice).second)
            return false;
        path.push_back(slice);
        if (const auto found = includes.find(slice); found != includes.end())
            for (const std::string& next : found->second)
                if (visit(next))
                    return true;
        path.pop_back();
        return false;
    };
    for (const auto& [slice, used] : includes)
        if (visit(slice))
            return path;
    return {};
}

} // namespace lightdash::layering
