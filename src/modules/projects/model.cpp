#include "modules/projects/model.hpp"

#include "modules/shared/stored_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>

namespace lightdash::projects {
namespace {

constexpr std::size_t largest_connection = 64 * 1024;
constexpr std::int32_t shortest_ttl = 60, longest_ttl = 30 * 24 * 60 * 60;

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

// Writes a value without what is secret of it, and keeps that by its place.
class secrets_taken_out {
public:
    secrets_taken_out(std::string& out, dbt_secrets& secrets) noexcept : out_(out), secrets_(secrets) {}

    // dbt's environment is a list of {key, value}: there the name is worth keeping and the value is the secret.
    void append_member(std::string_view name, const json::reader& value, const std::string& place, bool in_environment)
    {
        const auto here = fmt::format("{}/{}", place, name);
        if (in_environment ? name == "value" : is_secret(name)) {
            keep(value, here);
            return;
        }
        if (out_.back() != '{')
            out_ += ',';
        json::write_text(out_, name);
        out_ += ':';
        append(value, here, in_environment || name == "environment");
    }

private:
    void keep(const json::reader& value, const std::string& place)
    {
        json::raw kept;
        if (!value.is_null() && value.read_raw(kept) && kept.text != R"("")")
            secrets_[place] = std::move(kept);
    }
    void append(const json::reader& value, const std::string& place, bool in_environment)
    {
        switch (value.kind()) {
        case json::node_kind::object:
            out_ += '{';
            value.each_member([&](std::string_view name, const json::reader& member) {
                const auto key = in_environment ? member.sibling("key") : std::nullopt;
                append_member(name, member, key ? fmt::format("{}/{}", place, key->text()) : place, in_environment);
            });
            out_ += '}';
            return;
        case json::node_kind::array:
            out_ += '[';
            value.each_element([&](const json::reader& element) {
                if (out_.back() != '[')
                    out_ += ',';
                append(element, place, in_environment);
            });
            out_ += ']';
            return;
        default:
            json::raw kept;
            if (value.read_raw(kept))
                out_ += kept.text;
        }
    }

    std::string& out_;
    dbt_secrets& secrets_;
};

} // namespace

bool read_json(const json::reader& at, dbt_connection& into)
{
    bool typed = false;
    bool fits = true;
    into.settings.text = "{";
    secrets_taken_out rest{into.settings.text, into.secrets};
    const bool object = at.each_member([&](std::string_view name, const json::reader& member) {
        if (name == "type") {
            typed = json::read(member, into.type);
            fits &= typed;
            return;
        }
        rest.append_member(name, member, {}, false);
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
    faults.require(!copy_warehouse_connection_from_upstream_project.value_or(false),
                   "copyWarehouseConnectionFromUpstreamProject",
                   "Is not supported by this version: give the connection, or the organization's credentials.");
}

void project_changes::validate(json::faults& faults) const
{
    if (name)
        check_name(faults, *name);
    check_dbt_version(faults, dbt_version);
}

void new_name::validate(json::faults& faults) const
{
    check_name(faults, name);
}

void new_scheduler_settings::validate(json::faults& faults) const
{
    faults.text_length("schedulerTimezone", scheduler_timezone, 1, 64);
}

std::optional<std::int32_t> new_results_cache_config::ttl() const
{
    const std::string_view text = cache_ttl_seconds.text;
    if (text == "null")
        return std::nullopt;
    double number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc{} || end != text.data() + text.size() || number != std::floor(number) ||
        number < shortest_ttl || number > longest_ttl)
        throw error{
            error_kind::invalid_parameter,
            fmt::format("cacheTtlSeconds must be a whole number from {} to {}, or null.", shortest_ttl, longest_ttl)};
    return static_cast<std::int32_t>(number);
}

} // namespace lightdash::projects
