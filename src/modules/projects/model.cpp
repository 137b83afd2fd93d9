#include "modules/projects/model.hpp"

#include "modules/shared/stored_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace lightdash::projects {
namespace {

constexpr std::size_t largest_connection = 64 * 1024;
constexpr std::string_view no_warehouse =
    "Warehouse connections cannot be stored by this version: leave it out or null.";

void check_name(json::faults& faults, const std::string& name)
{
    faults.text_length("name", name, 1, 255);
    faults.require(name.find_first_not_of(" \t\r\n") != std::string::npos, "name", "The name is blank.");
}

void check_dbt_version(json::faults& faults, const std::optional<std::string>& version)
{
    if (version)
        faults.text_length("dbtVersion", *version, 1, 32);
}

bool is_secret(std::string_view member)
{
    constexpr std::array<std::string_view, 5> marks{"token", "password", "secret", "key", "credential"};
    return std::any_of(marks.begin(), marks.end(), [&](std::string_view mark) {
        const auto same = [](char a, char b) { return (a | 0x20) == b; };
        return std::search(member.begin(), member.end(), mark.begin(), mark.end(), same) != member.end();
    });
}

void append_without_secrets(std::string& out, const json::reader& value, bool in_environment);

void append_member(std::string& out, std::string_view name, const json::reader& value, bool in_environment)
{
    // dbt's environment is a list of {key, value}: there the name is worth keeping and the value is the secret.
    if (in_environment ? name == "value" : is_secret(name))
        return;
    if (out.back() != '{')
        out += ',';
    json::write_text(out, name);
    out += ':';
    append_without_secrets(out, value, in_environment || name == "environment");
}

void append_without_secrets(std::string& out, const json::reader& value, bool in_environment)
{
    switch (value.kind()) {
    case json::node_kind::object:
        out += '{';
        value.each_member([&](std::string_view name, const json::reader& member) {
            append_member(out, name, member, in_environment);
        });
        out += '}';
        return;
    case json::node_kind::array:
        out += '[';
        value.each_element([&](const json::reader& element) {
            if (out.back() != '[')
                out += ',';
            append_without_secrets(out, element, in_environment);
        });
        out += ']';
        return;
    default:
        json::raw kept;
        if (value.read_raw(kept))
            out += kept.text;
    }
}

} // namespace

bool read_json(const json::reader& at, dbt_connection& into)
{
    bool typed = false;
    bool fits = true;
    into.settings.text = "{";
    const bool object = at.each_member([&](std::string_view name, const json::reader& member) {
        if (name == "type") {
            typed = json::read(member, into.type);
            fits &= typed;
            return;
        }
        append_member(into.settings.text, name, member, false);
    });
    into.settings.text += '}';
    if (!object)
        return false;
    if (const auto size = stored_size(into.settings.text); size > largest_connection) {
        at.fault(fmt::format("Must be at most {} bytes as the database stores it, not {}.", largest_connection, size));
        return false;
    }
    make_stored(into.settings.text);
    if (fits && !typed) {
        at.rules().add("type", "Is required.");
        return false;
    }
    return fits;
}

void new_project::validate(json::faults& faults) const
{
    check_name(faults, name);
    check_dbt_version(faults, dbt_version);
    faults.require(!warehouse_connection, "warehouseConnection", no_warehouse);
}

void project_changes::validate(json::faults& faults) const
{
    if (name)
        check_name(faults, *name);
    check_dbt_version(faults, dbt_version);
    faults.require(!warehouse_connection, "warehouseConnection", no_warehouse);
}

} // namespace lightdash::projects
