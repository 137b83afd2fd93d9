#include "app/config/settings_table.hpp"

#include "lightdash/core/log.hpp"
#include "lightdash/core/units.hpp"
#include "lightdash/json/traits.hpp"
#include "modules/users/email.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>

namespace lightdash::app {
namespace {

using std::chrono::milliseconds;

constexpr std::int64_t second = 1000, minute = 60 * second, hour = 60 * minute, day = 24 * hour;

template <auto Member, std::uint64_t Least, std::uint64_t Most>
std::string whole(settings& s, std::string_view text)
{
    std::uint64_t number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc{} || end != text.data() + text.size() || number < Least || number > Most)
        return "a whole number from " + std::to_string(Least) + " to " + std::to_string(Most);
    using number_type = std::remove_reference_t<decltype(s.*Member)>;
    s.*Member = static_cast<number_type>(number);
    return {};
}

template <auto Member, std::int64_t Least, std::int64_t Most>
std::string duration(settings& s, std::string_view text)
{
    const auto time = parse_duration(text);
    if (!time || time->count() < Least || time->count() > Most)
        return "a duration from " + to_text(milliseconds{Least}) + " to " + to_text(milliseconds{Most}) +
               ", written as 250ms, 3s, 10m or 1h";
    s.*Member = *time;
    return {};
}

std::string payload(settings& s, std::string_view text)
{
    constexpr std::uint64_t least = 1000, most = 1'000'000'000;
    const auto bytes = parse_size(text);
    if (!bytes || *bytes < least || *bytes > most)
        return "a size from " + size_to_text(least) + " to " + size_to_text(most) + ", written as 512kb or 5mb";
    s.max_payload = *bytes;
    return {};
}

constexpr bool is_control(char c) noexcept
{
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

template <auto Member>
std::string connection_string(settings& s, std::string_view text)
{
    if (text.size() > 1 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front())
        return "it without the quotes around it, which docker's --env-file, for one, takes for a part of the value";
    static constexpr std::string_view blanks = " \t\r\n";
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    text = text.substr(0, text.find_last_not_of(blanks) + 1);
    if (text.starts_with("jdbc:"))
        return "it without jdbc: in front, with user and password before the host: "
               "postgresql://user:password@host/database";
    if (text.starts_with("postgresql+") || text.starts_with("postgres+"))
        return "it with postgresql:// alone, without the + and the driver behind it";
    const bool is_url = text.starts_with("postgresql://") || text.starts_with("postgres://");
    if (!is_url && (text.find('=') == std::string_view::npos || text.find("://") < text.find('=')))
        return "postgresql://user:password@host:5432/database, or libpq's keywords as host=… dbname=…";
    if (is_url && std::ranges::any_of(text, is_control))
        return "a URL without line ends and other control characters; in a password, %0A stands for one";
    s.*Member = secret{std::string{text}};
    return {};
}

std::string previous_secrets(settings& s, std::string_view text)
{
    s.previous_secrets.clear();
    while (!text.empty()) {
        const auto one = text.substr(0, text.find(','));
        text.remove_prefix(std::min(one.size() + 1, text.size()));
        if (!one.empty())
            s.previous_secrets.emplace_back(std::string{one});
    }
    return {};
}

std::string warehouse_hosts(settings& s, std::string_view text)
{
    if (text != "guarded" && text != "any")
        return "guarded, or any";
    s.any_warehouse_host = text == "any";
    return {};
}

std::string pooler(settings& s, std::string_view text)
{
    if (text != "none" && text != "transaction")
        return "none, or transaction behind PgBouncer in that mode";
    s.transaction_pooler = text == "transaction";
    return {};
}

template <auto Member>
std::string address(settings& s, std::string_view text)
{
    const std::string without_zone{text.substr(0, text.find('%'))}; // fe80::1%eth0
    in6_addr ignored{};
    const bool is_address = ::inet_pton(AF_INET, std::string{text}.c_str(), &ignored) == 1 ||
                            ::inet_pton(AF_INET6, without_zone.c_str(), &ignored) == 1;
    if ((!is_address && text != "localhost") || text.find('\0') != std::string_view::npos)
        return "the address to listen on: 127.0.0.1, 0.0.0.0, ::, another IPv4 or IPv6 address of this machine, or "
               "localhost";
    s.*Member = text;
    return {};
}

std::string environment_name(settings& s, std::string_view text)
{
    if (text == "development")
        s.env = environment::development;
    else if (text == "test")
        s.env = environment::test;
    else if (text == "production")
        s.env = environment::production;
    else
        return "development, test or production";
    return {};
}

std::string log_level(settings& s, std::string_view text)
{
    if (!log::parse_level(text))
        return "debug, info, warn or error";
    s.log_level = text;
    return {};
}

std::string log_format(settings& s, std::string_view text)
{
    if (text != "pretty" && text != "json")
        return "pretty or json";
    s.log_format = text;
    return {};
}

std::string data_dir(settings& s, std::string_view text)
{
    if (text.empty() || text.find('\0') != std::string_view::npos)
        return "a folder";
    s.data_dir = text;
    return {};
}

template <auto Member>
std::string flag(settings& s, std::string_view text)
{
    if (text != "true" && text != "false")
        return "true or false";
    s.*Member = text == "true";
    return {};
}

template <auto Member>
std::string secret_text(settings& s, std::string_view text)
{
    s.*Member = secret{std::string{text}};
    return {};
}

template <auto Member>
std::string line(settings& s, std::string_view text)
{
    if (std::ranges::any_of(text, is_control))
        return "a text without line ends and other control characters";
    s.*Member = text;
    return {};
}

std::string sender_email(settings& s, std::string_view text)
{
    if (!users::is_email_address(text))
        return "an e-mail address such as lightdash@example.com";
    s.smtp_sender_email = text;
    return {};
}

std::string token_roles(settings& s, std::string_view text)
{
    using all = json::detail::enumerators<organization_role>;
    for (std::size_t at = 0; at <= text.size();) {
        const auto end = std::min(text.find(',', at), text.size());
        const auto found = std::ranges::find(all::names, text.substr(at, end - at));
        if (found == all::names.end())
            return "roles with commas between them: member, viewer, interactive_viewer, editor, developer, admin";
        s.token_roles.push_back(all::values[static_cast<std::size_t>(found - all::names.begin())]);
        at = end + 1;
    }
    return {};
}

std::string site_url(settings& s, std::string_view text)
{
    if (!text.starts_with("http://") && !text.starts_with("https://"))
        return "an address that begins with http:// or https://";
    while (text.ends_with('/'))
        text.remove_suffix(1);
    s.site_url = text;
    return {};
}

constexpr std::string_view example_url = "postgresql://lightdash:password@localhost:5432/lightdash";

constexpr auto rows = std::to_array<setting_row>({
    {{"DATABASE_URL", "", "unset: a private PostgreSQL",
      "The database: a URL or libpq keywords. Else `PGCONNECTIONURI`, else libpq's `PGHOST`, `PGDATABASE` … Required "
      "in production",
      true},
     example_url,
     connection_string<&settings::database_url>},
    {{"DATABASE_URL_TEST", "", "unset: a private PostgreSQL", "The database of the tests", true},
     "postgresql://lightdash:password@localhost:5432/lightdash_test",
     connection_string<&settings::database_url_test>},
    {{"PGMINCONNECTIONS", "", "2", "Connections that are kept open, per worker process", false},
     "",
     whole<&settings::pool_min, 0, 1000>},
    {{"PGMAXCONNECTIONS", "", "10", "Connections at most, per worker process", false},
     "",
     whole<&settings::pool_max, 1, 1000>},
    {{"LIGHTDASH_POOL_LANES", "", "2",
      "Of these, connections on which the quick reads of many requests are pipelined; 0: none", false},
     "",
     whole<&settings::pool_lanes, 0, 64>},
    {{"LIGHTDASH_POOL_ACQUIRE_TIMEOUT", "", "3s", "How long a request waits for a connection", false},
     "",
     duration<&settings::pool_acquire_timeout, 1, hour>},
    {{"LIGHTDASH_POOL_QUEUE", "", "200",
      "How many requests may wait for one; one more is answered 503 at once, and fewer are let in while even the "
      "quickest wait long",
      false},
     "",
     whole<&settings::pool_queue, 0, 1'000'000>},
    {{"LIGHTDASH_POOL_IDLE_TIMEOUT", "", "10m", "An idle connection above the minimum is closed after this time",
      false},
     "",
     duration<&settings::pool_idle_timeout, second, 30 * day>},
    {{"LIGHTDASH_POOL_MAX_LIFETIME", "", "30m", "A connection is replaced after this time", false},
     "",
     duration<&settings::pool_max_lifetime, second, 30 * day>},
    {{"LIGHTDASH_POOLER", "", "none", "`transaction` behind PgBouncer in that mode", false}, "", pooler},
    {{"HOST", "--host", "127.0.0.1", "The address to listen on", false}, "", address<&settings::host>},
    {{"PORT", "--port", "8080", "The port to listen on; 0: any free one", false}, "", whole<&settings::port, 0, 65535>},
    {{"LIGHTDASH_WORKERS", "--workers", "1", "Processes that share the port", false},
     "",
     whole<&settings::workers, 1, 256>},
    {{"LIGHTDASH_ENV", "", "development", "`development`, `test` or `production`", false}, "", environment_name},
    {{"LIGHTDASH_LOG_LEVEL", "", "info", "`debug`, `info`, `warn` or `error`", false}, "", log_level},
    {{"LIGHTDASH_LOG_FORMAT", "", "`pretty` on a terminal, else `json`", "`pretty` or `json`", false},
     "pretty",
     log_format},
    {{"LIGHTDASH_PROMETHEUS_PORT", "", "9090", "The port of `/metrics`, of all worker processes; 0: none", false},
     "",
     whole<&settings::prometheus_port, 0, 65535>},
    {{"LIGHTDASH_METRICS_HOST", "", "127.0.0.1",
      "The address of `/metrics`, which asks for no token: 0.0.0.0 in a container whose port only the scraper reaches",
      false},
     "",
     address<&settings::metrics_host>},
    {{"LIGHTDASH_SECRET", "", "unset: no secrets are kept",
      "Encrypts the secrets of warehouse and dbt connections. Required in production, 16 bytes or more: `openssl rand "
      "-base64 32`",
      true},
     "a long random text",
     secret_text<&settings::service_secret>},
    {{"LIGHTDASH_SECRET_PREVIOUS", "", "unset",
      "Earlier values of it, separated by commas: what they encrypted is still read, and `rotate-secret` encrypts it "
      "anew",
      true},
     "the secret before",
     previous_secrets},
    {{"LIGHTDASH_WAREHOUSE_HOSTS", "", "guarded",
      "Which warehouses may be connected to: `guarded` refuses link-local addresses and this server's own database; "
      "`any`",
      false},
     "",
     warehouse_hosts},
    {{"LIGHTDASH_REQUEST_TIMEOUT", "", "30s", "The deadline of a request", false},
     "",
     duration<&settings::request_timeout, 10, day>},
    {{"LIGHTDASH_DRAIN_DELAY", "", "0s (5s in production)",
      "After SIGTERM: not ready, but still accepting, for this time", false},
     "0s",
     duration<&settings::drain_delay, 0, hour>},
    {{"LIGHTDASH_DRAIN_TIMEOUT", "", "20s", "Then running requests may finish within this time", false},
     "",
     duration<&settings::drain_timeout, 0, day>},
    {{"LIGHTDASH_MAX_PAYLOAD", "", "5mb", "The largest request body", false}, "", payload},
    {{"LIGHTDASH_DATA_DIR", "--data-dir", ".lightdash", "Where the private PostgreSQL keeps its files", false},
     "",
     data_dir},
    {{"SECURE_COOKIES", "", "false", "Browsers send the cookie of a login over HTTPS alone: set it behind HTTPS",
      false},
     "",
     flag<&settings::secure_cookies>},
    {{"COOKIES_MAX_AGE_HOURS", "", "24", "A login ends when it was not used for so many hours", false},
     "",
     whole<&settings::cookies_max_age_hours, 1, 8760>},
    {{"ALLOW_MULTIPLE_ORGS", "", "false", "Anybody may register with an organization of their own", false},
     "",
     flag<&settings::allow_multiple_organizations>},
    {{"TRUST_PROXY", "", "false",
      "`X-Forwarded-For` tells who asks, for the limits on logins: only behind a proxy that appends to it", false},
     "",
     flag<&settings::trust_proxy>},
    {{"EMAIL_SMTP_HOST", "", "unset: no mail is sent; in development the log shows it",
      "The server that takes the mails of invitations and forgotten passwords", false},
     "smtp.example.com",
     line<&settings::smtp_host>},
    {{"EMAIL_SMTP_PORT", "", "587", "Its port; 465: TLS from the first byte", false},
     "",
     whole<&settings::smtp_port, 1, 65535>},
    {{"EMAIL_SMTP_USER", "", "unset: no login", "Who logs in there", false}, "lightdash", line<&settings::smtp_user>},
    {{"EMAIL_SMTP_PASSWORD", "", "unset", "With which password", true},
     "a password",
     secret_text<&settings::smtp_password>},
    {{"EMAIL_SMTP_SENDER_EMAIL", "", "unset", "The address that mails come from. Required with `EMAIL_SMTP_HOST`",
      false},
     "lightdash@example.com",
     sender_email},
    {{"EMAIL_SMTP_SENDER_NAME", "", "Lightdash", "The name that mails come from", false},
     "",
     line<&settings::smtp_sender_name>},
    {{"EMAIL_SMTP_SECURE", "", "true",
      "No mail goes in clear or to a server whose certificate does not fit; `false`: STARTTLS only where it is offered",
      false},
     "",
     flag<&settings::smtp_secure>},
    {{"DISABLE_PAT", "", "false", "Nobody makes or rotates personal access tokens; those that exist go on", false},
     "",
     flag<&settings::tokens_disabled>},
    {{"PAT_ALLOWED_ORG_ROLES", "", "every role", "The roles that make them, with commas between", false},
     "editor,developer,admin",
     token_roles},
    {{"PAT_MAX_EXPIRATION_TIME_IN_DAYS", "", "0", "How soon one has to end; 0: it need not", false},
     "",
     whole<&settings::token_most_days, 0, 36'500>},
    {{"SOFT_DELETE_RETENTION_DAYS", "", "30", "How long deleted charts and dashboards can be restored; then they go",
      false},
     "",
     whole<&settings::deleted_days, 1, 36'500>},
    {{"SITE_URL", "", "unset: `http://HOST:PORT`", "The address under which people reach this server", false},
     "https://lightdash.example.com",
     site_url},
});

constexpr auto infos = [] {
    std::array<setting_info, rows.size()> all{};
    std::ranges::transform(rows, all.begin(), &setting_row::info);
    return all;
}();

} // namespace

std::span<const setting_row> setting_rows()
{
    return rows;
}
std::span<const setting_info> setting_table()
{
    return infos;
}

std::string env_example()
{
    std::string text =
        "# Settings of lightdash-backend: copy this file to .env and remove the # before what you change.\n"
        "# Precedence: flag > environment > .env.local > .env > default.\n";
    for (const setting_row& row : rows) {
        text += "\n# ";
        text += row.info.meaning;
        text += ". Default: ";
        text += row.info.fallback;
        text += "\n#";
        text += row.info.name;
        text += '=';
        const std::string_view example = row.example.empty() ? row.info.fallback : row.example;
        const bool quoted = example.find(' ') != std::string_view::npos;
        text += quoted ? "\"" : "";
        text += example;
        text += quoted ? "\"\n" : "\n";
    }
    std::erase(text, '`');
    return text;
}

std::string settings_markdown()
{
    std::string text = "| setting | flag | default | meaning |\n|---|---|---|---|\n";
    for (const setting_info& row : infos) {
        text += "| `";
        text += row.name;
        text += "` | ";
        text += row.flag.empty() ? "" : "`" + std::string{row.flag} + "`";
        text += " | ";
        text += row.fallback;
        text += " | ";
        text += row.meaning;
        text += " |\n";
    }
    return text;
}

} // namespace lightdash::app
