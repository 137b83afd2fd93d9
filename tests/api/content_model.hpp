// Content and who may do what with it, by the rules of the API's design (4.1, 4.3) as they are written there: not by
// the program's own table.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace lightdash::testing {

// Roles in the organization and in projects: 0 none (a member), 1 viewer, 2 interactive_viewer, 3 editor, 4 developer,
// 5 admin. In spaces: 0 none, 1 viewer, 2 editor, 3 admin. People, groups, spaces and things are told by their index.
struct content_model {
    struct person {
        std::string name, id;
        int in_organization = 0, in_project = 0;
    };
    struct group {
        std::string id;
        int in_project = 0;
        std::set<std::size_t> members;
    };
    struct space {
        std::string id, name;
        bool inherits;
        std::size_t maker;
        std::map<std::size_t, int> grants, group_grants;
    };
    struct thing {
        std::string route; // "saved" or "dashboards"
        std::string id, name;
        std::size_t space, maker;
        std::optional<std::size_t> deleted_by;
    };

    std::vector<person> people;
    std::vector<group> groups;
    std::vector<space> spaces;
    std::vector<thing> things;

    int role(std::size_t who) const;
    int role_in(std::size_t who, const space& in) const;
    bool sees(std::size_t who, const space& in) const;
    bool creates_in(std::size_t who, const space& in) const;
    bool changes(std::size_t who, const space& of) const; // and shares it
    bool changes(std::size_t who, const thing& of) const; // and deletes it
    bool restores(std::size_t who, const thing& of) const;
};

} // namespace lightdash::testing
