// Every setting, from one table: flag > environment > .env.local > .env > default. The table drives `config show`,
// `--help` and the README's list.
#pragma once

#include "lightdash/core/process_environment.hpp"
#include "lightdash/core/secret.hpp"
#include "modules/shared/caller.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lightdash::app {

enum class environment : unsigned char { development, test, production };

struct settings {
    secret database_url; // a URL or keyword string, libpq's PG* variables included; empty: the private PostgreSQL
    secret database_url_test;
    std::size_t pool_min = 2, pool_max = 10, pool_lanes = 2;
    std::chrono::milliseconds pool_acquire_timeout{3000};
    std::size_t pool_queue = 200;
    std::chrono::milliseconds pool_idle_timeout{600'000}, pool_max_lifetime{1'800'000};
    bool transaction_pooler = false;
    std::string host = "127.0.0.1";
    std::uint16_t port = 8080;
    std::uint16_t workers = 1;
    environment env = environment::development;
    std::string log_level = "info";
    std::string log_format; // "pretty" or "json"; empty: pretty on a terminal
    std::string metrics_host = "127.0.0.1";
    std::uint16_t prometheus_port = 9090; // on metrics_host; 0: no /metrics
    secret service_secret;
    std::vector<secret> previous_secrets;
    bool any_warehouse_host = false;
    std::chrono::milliseconds request_timeout{30'000}, drain_delay{0}, drain_timeout{20'000};
    std::uint64_t max_payload = 5'000'000;
    std::filesystem::path data_dir = ".lightdash";
    std::string smtp_host; // empty: no mail is sent
    std::uint16_t smtp_port = 587;
    std::string smtp_user;
    secret smtp_password;
    std::string smtp_sender_email, smtp_sender_name = "Lightdash";
    bool smtp_secure = true;
    bool secure_cookies = false;
    std::uint32_t cookies_max_age_hours = 24;
    bool allow_multiple_organizations = false;
    bool trust_proxy = false;
    bool tokens_disabled = false;
    std::vector<organization_role> token_roles; // empty: every role
    std::int64_t token_most_days = 0;           // 0: no limit
    std::uint32_t deleted_days = 30;            // how long what was deleted can be restored
    std::string site_url;                       // without a slash at the end; empty: http://HOST:PORT
};

// Where people reach this server: as set, or where it listens.
std::string site_url_of(const settings& config);

// One row of the table.
struct setting_info {
    std::string_view name;     // DATABASE_URL
    std::string_view flag;     // "--port" or ""
    std::string_view fallback; // shown default
    std::string_view meaning;  // one line for people
    bool secret;
};
std::span<const setting_info> setting_table();

// Where a value came from, for `config show`.
struct setting_origin {
    std::string_view name;
    std::string shown;  // secrets masked, passwords in URLs replaced
    std::string origin; // "flag --port", "environment", ".env.local:3", ".env:7", "DATABASE_URL_FILE", "default"
};

struct loaded_settings {
    settings values;
    std::vector<setting_origin> origins;
    std::vector<std::string> warnings; // unknown LIGHTDASH_* names with their near matches
    // libpq's PG* variables that stand in a .env file and not in the environment, where alone libpq looks for them.
    std::vector<std::pair<std::string, secret>> libpq_variables;
};

// Reads .env.local and .env from `folder`. `flags` holds what was given on the command line, by setting name.
// `environment_names` are the names to look for misspelt LIGHTDASH_* settings among. A text that is empty in the
// environment or a file counts as not given. Throws error_kind::configuration that names every bad value at once
// (fields() too): the name, where it stands, what was given (not for secrets), what is allowed.
loaded_settings load_settings(const std::map<std::string, std::string>& flags, const environment_lookup& environment,
                              const std::filesystem::path& folder,
                              const std::vector<std::string>& environment_names = {});

// The text of .env.example, and the README's table in Markdown.
std::string env_example();
std::string settings_markdown();

} // namespace lightdash::app
