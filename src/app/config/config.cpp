#include "app/config/config.hpp"

#include "app/config/settings_table.hpp"
#include "lightdash/core/dotenv.hpp"
#include "lightdash/core/error.hpp"
#include "lightdash/core/near_match.hpp"
#include "lightdash/core/text_file.hpp"
#include "lightdash/pg/conninfo_text.hpp"
#include "lightdash/pg/mask_password.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <set>
#include <system_error>
#include <utility>

namespace lightdash::app {
namespace {

struct given_value {
    std::string text;
    std::string origin;
};

constexpr std::size_t shortest_secret = 16; // 128 bits, when they are random

std::optional<std::string> read_file(const std::filesystem::path& path, std::string& failure)
{
    std::error_code failed;
    if (std::filesystem::is_directory(path, failed)) {
        failure = path.string() + " is a folder";
        return std::nullopt;
    }
    std::ifstream file{path, std::ios::binary};
    if (!file) {
        failure = "cannot read " + path.string() + ": " + std::generic_category().message(errno);
        return std::nullopt;
    }
    return std::string{std::istreambuf_iterator<char>{file}, {}};
}

class loader {
public:
    loader(const std::map<std::string, std::string>& flags, const environment_lookup& environment,
           std::filesystem::path folder)
        : flags_(flags), environment_(environment), folder_(std::move(folder)),
          files_{read_dotenv(".env.local"), read_dotenv(".env")}
    {}

    loaded_settings load(const std::vector<std::string>& environment_names)
    {
        for (const setting_row& row : setting_rows())
            take(row);
        check_together();
        take_libpq_variables();
        warn_of_unknown(environment_names);
        throw_if_faulty();
        return std::move(loaded_);
    }

private:
    struct dotenv_source {
        std::string name;
        dotenv_file content;
    };

    static constexpr std::uint64_t dotenv_limit = 1 << 20; // bytes

    // Other programs may have their lines in the same file, in grammars of their own.
    static bool is_ours(std::string_view name)
    {
        static constexpr std::string_view in_file = "_FILE";
        if (name.starts_with("LIGHTDASH_") || name == "PGCONNECTIONURI" || pg::is_libpq_variable(name))
            return true;
        const auto found = std::ranges::find_if(setting_table(), [&](const setting_info& info) {
            return name == info.name || (info.secret && name.ends_with(in_file) &&
                                         name.substr(0, name.size() - in_file.size()) == info.name);
        });
        return found != setting_table().end();
    }

    dotenv_source read_dotenv(std::string name)
    {
        const auto path = folder_ / name;
        std::error_code ignored;
        if (!std::filesystem::exists(path, ignored))
            return {std::move(name), {}};
        std::string text;
        try {
            text = read_text_file(path, dotenv_limit);
        } catch (const error& failure) {
            fault(name, failure.message());
            return {std::move(name), {}};
        }
        dotenv_source source{std::move(name), parse_dotenv(text, environment_)};
        for (const dotenv_fault& f : source.content.faults)
            if (is_ours(f.name))
                fault(source.name + ":" + std::to_string(f.line), f.message);
        return source;
    }

    static constexpr std::size_t source_count = 3; // the environment, .env.local, .env

    std::optional<given_value> find_in(std::size_t source, std::string_view name) const
    {
        if (source == 0) {
            auto text = environment_(name);
            while (text && text->ends_with('\r')) // of a file with other line ends, by docker's --env-file
                text->pop_back();
            return text && !text->empty() ? std::optional{given_value{std::move(*text), "environment"}} : std::nullopt;
        }
        const dotenv_source& file = files_[source - 1];
        const dotenv_entry* entry = file.content.find(name);
        if (entry == nullptr || entry->value.empty())
            return std::nullopt;
        return given_value{entry->value, file.name + ":" + std::to_string(entry->line)};
    }

    std::optional<given_value> find(std::string_view name) const
    {
        for (std::size_t source = 0; source < source_count; ++source) {
            if (auto found = find_in(source, name))
                return found;
        }
        return std::nullopt;
    }

    // A secret may stand in a file of its own, as container platforms mount it.
    std::optional<given_value> find_secret(std::string_view name)
    {
        const std::string file_name = std::string{name} + "_FILE";
        for (std::size_t source = 0; source < source_count; ++source) {
            auto direct = find_in(source, name);
            const auto in_file = find_in(source, file_name);
            if (direct && in_file)
                fault(std::string{name},
                      in_file->origin + ": both " + std::string{name} + " and " + file_name + " are given; remove one");
            if (direct)
                return direct;
            if (in_file)
                return read_secret(name, *in_file);
        }
        return std::nullopt;
    }

    std::optional<given_value> read_secret(std::string_view name, const given_value& path)
    {
        const std::string file_name = std::string{name} + "_FILE";
        std::string failure;
        auto text = read_file(folder_ / path.text, failure);
        if (!text) {
            fault(file_name, path.origin + ": " + failure);
            return std::nullopt;
        }
        if (const auto why = no_text_because(*text); !why.empty()) {
            fault(file_name, path.origin + ": " + path.text + ": " + why);
            return std::nullopt;
        }
        if (text->starts_with(byte_order_mark))
            text->erase(0, byte_order_mark.size());
        while (text->ends_with('\n') || text->ends_with('\r'))
            text->pop_back();
        if (text->empty()) {
            fault(file_name, path.origin + ": " + path.text + " is empty");
            return std::nullopt;
        }
        return given_value{std::move(*text), file_name};
    }

    std::optional<given_value> find_database_url()
    {
        if (auto found = find_secret("DATABASE_URL"))
            return found;
        if (auto found = find("PGCONNECTIONURI"))
            return given_value{std::move(found->text), "PGCONNECTIONURI, " + found->origin};
        const auto names_a_database = [&](const pg::libpq_variable& one) {
            return one.names_a_database && find(one.name).has_value();
        };
        if (std::ranges::none_of(pg::libpq_variables(), names_a_database))
            return std::nullopt;
        // A service goes before the other variables, which libpq finds by itself.
        const bool service = find("PGSERVICE").has_value();
        given_value composed;
        for (const auto& [name, keyword, _] : pg::libpq_variables()) {
            const auto part = find(name);
            if (!part || keyword.empty() || (service && keyword != "service"))
                continue;
            composed.text +=
                (composed.text.empty() ? "" : " ") + std::string{keyword} + "=" + pg::conninfo_quoted(part->text);
            composed.origin += (composed.origin.empty() ? "" : ", ") + std::string{name};
        }
        return composed;
    }

    void take_libpq_variables()
    {
        for (const auto& variable : pg::libpq_variables())
            if (!find_in(0, variable.name))
                if (auto found = find(variable.name))
                    loaded_.libpq_variables.emplace_back(variable.name, secret{std::move(found->text)});
    }

    std::optional<given_value> find_given(const setting_row& row)
    {
        const std::string_view name = row.info.name;
        if (const auto flag = flags_.find(std::string{name}); flag != flags_.end())
            return given_value{flag->second, "flag " + std::string{row.info.flag.empty() ? name : row.info.flag}};
        if (name == "DATABASE_URL")
            return find_database_url();
        return row.info.secret ? find_secret(name) : find(name);
    }

    void take(const setting_row& row)
    {
        const auto given = find_given(row);
        if (!given) {
            loaded_.origins.push_back({row.info.name, std::string{row.info.fallback}, "default"});
            return;
        }
        given_.insert(row.info.name);
        const std::string allowed = row.set(loaded_.values, given->text);
        if (!allowed.empty()) {
            const std::string what = row.info.secret ? "the value" : "\"" + given->text + "\"";
            fault(std::string{row.info.name}, given->origin + ": " + what + " is not allowed; give " + allowed);
        }
        loaded_.origins.push_back({row.info.name, shown(row, given->text), given->origin});
    }

    static std::string shown(const setting_row& row, const std::string& text)
    {
        if (!row.info.secret)
            return text;
        return row.info.name.starts_with("DATABASE_URL") ? pg::mask_password(text) : "***";
    }

    bool given(std::string_view name) const { return given_.contains(name); }

    void set_default(std::string_view name, std::string text)
    {
        std::ranges::find(loaded_.origins, name, &setting_origin::name)->shown = std::move(text);
    }

    void check_together()
    {
        settings& s = loaded_.values;
        const auto at_most_pool_max = [&](std::string_view name, std::size_t& value) {
            if (value <= s.pool_max)
                return;
            if (given(name)) {
                fault(std::string{name},
                      std::to_string(value) + " is more than PGMAXCONNECTIONS, which is " + std::to_string(s.pool_max));
                return;
            }
            value = s.pool_max;
            set_default(name, std::to_string(value));
        };
        at_most_pool_max("PGMINCONNECTIONS", s.pool_min);
        at_most_pool_max("LIGHTDASH_POOL_LANES", s.pool_lanes);

        const bool production = s.env == environment::production;
        if (!given("LIGHTDASH_DRAIN_DELAY")) {
            s.drain_delay = std::chrono::seconds{production ? 5 : 0};
            set_default("LIGHTDASH_DRAIN_DELAY", production ? "5s" : "0s");
        }
        if (!s.smtp_host.empty() && s.smtp_sender_email.empty() && faults_.empty())
            fault("EMAIL_SMTP_SENDER_EMAIL", "is required with EMAIL_SMTP_HOST: mail servers take no mail without a "
                                             "sender; give an address such as lightdash@example.com");
        if (!production)
            return;
        if (!given("DATABASE_URL") && faults_.empty())
            fault("DATABASE_URL", "is required in production: the private PostgreSQL is for development; give "
                                  "postgresql://user:password@host/database");
        if (!given("LIGHTDASH_SECRET"))
            fault("LIGHTDASH_SECRET",
                  "is required in production: it encrypts warehouse credentials; give a long random text, and keep it");
        else if (s.service_secret.reveal().size() < shortest_secret)
            fault("LIGHTDASH_SECRET", "has " + std::to_string(s.service_secret.reveal().size()) +
                                          " bytes, which can be guessed: production wants " +
                                          std::to_string(shortest_secret) +
                                          " or more; 'openssl rand -base64 32' makes one");
    }

    void warn_of_unknown(const std::vector<std::string>& environment_names)
    {
        static constexpr std::string_view prefix = "LIGHTDASH_";
        std::vector<std::string_view> known, bare;
        for (const setting_info& info : setting_table()) {
            known.push_back(info.name);
            bare.push_back(info.name.substr(info.name.starts_with(prefix) ? prefix.size() : 0));
        }
        const auto warn = [&](std::string_view name, const std::string& origin) {
            if (!name.starts_with(prefix) || name == "LIGHTDASH_SECRET_FILE" ||
                std::ranges::find(known, name) != known.end())
                return;
            // Some settings have the prefix and some have not: only what differs counts. LIGHTDASH_PORT is PORT.
            std::string hint;
            for (const auto meant : near_matches(name.substr(prefix.size()), bare, 1))
                for (std::size_t i = 0; i < bare.size(); ++i)
                    if (bare[i].data() == meant.data())
                        hint = "; did you mean " + std::string{known[i]} + "?";
            loaded_.warnings.push_back(std::string{name} + " (" + origin + ") is no setting" + hint);
        };
        for (const std::string& name : environment_names)
            warn(name, "environment");
        for (const dotenv_source& file : files_) {
            for (const dotenv_entry& entry : file.content.entries)
                warn(entry.name, file.name + ":" + std::to_string(entry.line));
        }
    }

    void fault(std::string name, std::string message) { faults_.push_back({std::move(name), std::move(message)}); }

    void throw_if_faulty() const
    {
        if (faults_.empty())
            return;
        std::string message = faults_.size() == 1 ? "A setting is not valid:"
                                                  : std::to_string(faults_.size()) + " settings are not valid:";
        for (const field_error& f : faults_)
            message += "\n  " + f.pointer + ": " + f.message;
        throw error{error_kind::configuration, std::move(message)}.with_fields(faults_);
    }

    const std::map<std::string, std::string>& flags_;
    const environment_lookup& environment_;
    const std::filesystem::path folder_;
    std::vector<field_error> faults_; // before files_, which adds to it
    const std::array<dotenv_source, 2> files_;
    std::set<std::string_view> given_;
    loaded_settings loaded_;
};

} // namespace

loaded_settings load_settings(const std::map<std::string, std::string>& flags, const environment_lookup& environment,
                              const std::filesystem::path& folder, const std::vector<std::string>& environment_names)
{
    return loader{flags, environment, folder}.load(environment_names);
}

} // namespace lightdash::app
