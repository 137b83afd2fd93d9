#include "lightdash/modules/projects/model.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace lightdash {
namespace {

constexpr std::string_view no_warehouse =
    "Warehouse connections cannot be stored by this version: leave it out or null.";

void check_name(http::json::faults& faults, const std::string& name)
{
    faults.text_length("name", name, 1, 255);
    faults.require(name.find_first_not_of(" \t\r\n") != std::string::npos, "name", "The name is blank.");
}

void check_dbt_version(http::json::faults& faults, const std::optional<std::string>& version)
{
    if (version)
        faults.text_length("dbtVersion", *version, 1, 32);
}

bool is_secret(std::string_view member)
{
    constexpr std::array marks{"token", "password", "secret", "key", "credential"};
    return std::any_of(marks.begin(), marks.end(), [&](std::string_view mark) {
        const auto same = [](char a, char b) { return (a | 0x20) == b; };
        return std::search(member.begin(), member.end(), mark.begin(), mark.end(), same) != member.end();
    });
}

} // namespace

bool read_json(const http::json::reader& at, dbt_connection& into)
{
    bool typed = false;
    bool fits = true;
    into.settings.text = "{";
    const bool object = at.each_member([&](std::string_view name, const http::json::reader& member) {
        if (name == "type") {
            typed = http::json::read(member, into.type);
            fits &= typed;
            return;
        }
        http::json::raw kept;
        if (is_secret(name) || !member.read_raw(kept))
            return;
        auto& text = into.settings.text;
        if (text.size() > 1)
            text += ',';
        http::json::write_text(text, name);
        text += ':';
        text += kept.text;
    });
    into.settings.text += '}';
    if (!object)
        return false;
    if (fits && !typed) {
        at.rules().add("type", "Is required.");
        return false;
    }
    return fits;
}

void new_project::validate(http::json::faults& faults) const
{
    check_name(faults, name);
    check_dbt_version(faults, dbt_version);
    faults.require(!warehouse_connection, "warehouseConnection", no_warehouse);
}

void project_changes::validate(http::json::faults& faults) const
{
    if (name)
        check_name(faults, *name);
    check_dbt_version(faults, dbt_version);
    faults.require(!warehouse_connection, "warehouseConnection", no_warehouse);
}

} // namespace lightdash
