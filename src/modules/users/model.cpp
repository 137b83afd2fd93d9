#include "modules/users/model.hpp"

#include "modules/users/email.hpp"

namespace lightdash::users {
namespace {

void check_name(json::faults& faults, std::string_view member, const json::omittable<std::string>& name)
{
    if (!name)
        return;
    faults.text_length(member, *name, 1, 255);
    faults.require(name->find_first_not_of(" \t\r\n") != std::string::npos, member, "The name is blank.");
}

} // namespace

void write_json(std::string& out, const access_match& match)
{
    out += R"({"$elemMatch":)";
    json::write(out, match.has);
    out += '}';
}

void write_json(std::string& out, const some_projects& projects)
{
    if (projects.any.size() == 1) {
        json::write(out, projects.any.front());
        return;
    }
    out += R"({"$in":)";
    json::write(out, projects.any);
    out += '}';
}

void account_changes::validate(json::faults& faults) const
{
    check_name(faults, "firstName", first_name);
    check_name(faults, "lastName", last_name);
    faults.require(!email || is_email_address(*email), "email", "Must be an e-mail address such as ada@example.com.");
}

} // namespace lightdash::users
