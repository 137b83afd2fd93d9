#include "lightdash/pg/connection_target.hpp"

#include "lightdash/pg/conninfo_text.hpp"
#include "pg/wire/conninfo_settings.hpp"

#include <fmt/format.h>

#include <string_view>

namespace lightdash::pg {
namespace {

constexpr std::string_view default_port = "5432"; // of the PostgreSQL packages of every system

void append(std::string& text, const std::string& keyword, const std::string& value)
{
    text += (text.empty() ? "" : " ") + keyword + '=' + conninfo_quoted(value);
}

std::string value_of(const conninfo_settings& all, const std::string& keyword)
{
    const auto* found = find_setting(all, keyword);
    return found ? *found : std::string{};
}

} // namespace

connection_target target_of(const secret& conninfo)
{
    const auto resolved = resolve_conninfo(conninfo.reveal());
    connection_target made{.host = value_of(resolved, "host"),
                           .port = value_of(resolved, "port"),
                           .user = value_of(resolved, "user"),
                           .database = value_of(resolved, "dbname"),
                           .arguments = {},
                           .password = secret{value_of(resolved, "password")},
                           .key_has_password = find_setting(resolved, "sslpassword") != nullptr};
    if (made.host.empty())
        made.host = value_of(resolved, "hostaddr");
    if (made.port.empty())
        made.port = default_port;
    for (const auto& [keyword, value] : resolved)
        if (keyword != "password" && keyword != "sslpassword" && keyword != "service")
            append(made.arguments, keyword, value);
    return made;
}

std::string connection_target::place() const
{
    const bool several = host.find(',') != std::string::npos;
    const bool socket = host.empty() || host.starts_with('/') || host.starts_with('@');
    const auto where = socket                                ? fmt::format("this machine (port {})", port)
                       : several                             ? fmt::format("{} (port {})", host, port)
                       : host.find(':') != std::string::npos ? fmt::format("[{}]:{}", host, port)
                                                             : fmt::format("{}:{}", host, port);
    return fmt::format("{} on {}", database, where);
}

secret with_database(const secret& conninfo, const std::string& database)
{
    std::string text;
    for (const auto& [keyword, value] : parse_conninfo(conninfo.reveal()))
        if (keyword != "dbname")
            append(text, keyword, value);
    append(text, "dbname", database);
    return secret{std::move(text)};
}

} // namespace lightdash::pg
