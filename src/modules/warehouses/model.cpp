#include "modules/warehouses/model.hpp"

#include "lightdash/core/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace lightdash::warehouses {
namespace {

constexpr std::size_t longest_text = 255, longest_description = 1000;
constexpr std::string_view not_yet = "Is not supported by this version: leave it out, null or empty.";

bool is_given(const std::optional<std::string>& text)
{
    return text && !text->empty();
}

// A name or an address: no list of several, no path of a socket, nothing else that libpq would understand.
bool is_host(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) {
        const char lower = static_cast<char>(c | 0x20);
        return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':' || c == '_';
    });
}

bool is_sslmode(std::string_view text)
{
    constexpr std::array<std::string_view, 6> modes{"disable",   "prefer",      "require",
                                                    "no-verify", "verify-full", "verify-ca"};
    return std::ranges::find(modes, text) != modes.end();
}

void check_name(json::faults& faults, const std::string& name)
{
    faults.text_length("name", name, 1, longest_text);
    faults.require(name.find_first_not_of(" \t\r\n") != std::string::npos, "name", "The name is blank.");
}

void check_texts(json::faults& faults, const connection_draft& draft)
{
    const auto check = [&](std::string_view member, const std::optional<std::string>& text, std::size_t most) {
        if (text)
            faults.text_length(member, *text, 0, most);
    };
    check("searchPath", draft.search_path, longest_text);
    check("role", draft.role, longest_text);
    check("dataTimezone", draft.data_timezone, longest_text);
    check("user", draft.user, longest_text);
    check("password", draft.password, 4096);
}

void check_numbers(json::faults& faults, const connection_draft& draft)
{
    const auto check = [&](std::string_view member, const std::optional<std::int32_t>& number, std::int32_t least,
                           std::int32_t most) {
        if (number)
            faults.range(member, *number, least, most);
    };
    check("port", draft.port, 1, 65535);
    check("threads", draft.threads, 0, 1000);
    check("keepalivesIdle", draft.keepalives_idle, 0, 86'400);
    check("timeoutSeconds", draft.timeout_seconds, 0, 86'400);
    check("startOfWeek", draft.start_of_week, 0, 6);
}

} // namespace

void connection_draft::validate(json::faults& faults) const
{
    if (type != warehouse_type::postgres)
        return;
    for (const auto& [member, text] :
         {std::pair{"host", &host}, std::pair{"dbname", &dbname}, std::pair{"schema", &schema}}) {
        faults.require(text->has_value(), member, "Is required.");
        if (*text)
            faults.text_length(member, **text, 1, longest_text);
    }
    faults.require(port.has_value(), "port", "Is required.");
    faults.require(!host || is_host(*host), "host", "Must be the name or the address of one host.");
    faults.require(!is_given(sslmode) || is_sslmode(*sslmode), "sslmode",
                   "Must be disable, prefer, require, no-verify, verify-ca or verify-full.");
    check_texts(faults, *this);
    check_numbers(faults, *this);
    faults.require(!use_ssh_tunnel.value_or(false), "useSshTunnel", "Is not supported by this version: must be false.");
    faults.require(!is_given(sslcert), "sslcert", not_yet);
    faults.require(!is_given(sslkey), "sslkey", not_yet);
    faults.require(!is_given(sslrootcert), "sslrootcert", not_yet);
}

void require_postgres(warehouse_type type)
{
    if (type == warehouse_type::postgres)
        return;
    std::string name;
    json::write(name, type);
    throw error{
        error_kind::invalid_parameter,
        fmt::format("This version connects to postgres only: a warehouse of the type {} cannot be used.", name)};
}

postgres_secrets complete_secrets(const connection_draft& draft, std::string_view pointer,
                                  const std::optional<postgres_settings>& stored, const postgres_secrets& known)
{
    const bool moved = stored && (stored->host.value_or("") != draft.host.value_or("") ||
                                  stored->port.value_or(0) != draft.port.value_or(0));
    std::vector<field_error> faults;
    const auto complete = [&](std::string_view member, const auto& sent, const auto& kept) {
        if (is_given(sent))
            return sent;
        if (moved && is_given(kept))
            faults.push_back({fmt::format("{}/{}", pointer, member),
                              "Must be given again: the one that is stored was given for another host or port."});
        else if (!is_given(kept))
            faults.push_back({fmt::format("{}/{}", pointer, member), "Is required."});
        return kept;
    };
    postgres_secrets whole{complete("user", draft.user, known.user),
                           complete("password", draft.password, known.password)};
    if (!faults.empty())
        throw error{error_kind::invalid_body, "The body has faults."}.with_fields(std::move(faults));
    return whole;
}

void new_credentials::validate(json::faults& faults) const
{
    check_name(faults, name);
    if (description)
        faults.text_length("description", *description, 0, longest_description);
}

void credentials_changes::validate(json::faults& faults) const
{
    if (name)
        check_name(faults, *name);
    if (description.value)
        faults.text_length("description", *description.value, 0, longest_description);
}

} // namespace lightdash::warehouses
