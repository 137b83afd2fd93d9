#include "pg/wire/conninfo_settings.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/core/near_match.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <new>
#include <string_view>

namespace lightdash::pg {
namespace {

using option_list = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;

const char* value_in(const option_list& options, std::string_view keyword)
{
    for (const auto* one = options.get(); one->keyword; ++one)
        if (one->keyword == keyword)
            return one->val;
    return nullptr;
}

// What a URL's query or a keyword string calls by a name that libpq does not know. Only what cannot be a piece of a
// password is repeated: a parameter behind the ? of a URL whose user and password have ended, or a near match.
std::string unknown_name_in(std::string_view text, const std::vector<std::string_view>& known)
{
    const auto is_known = [&](std::string_view name) { return std::ranges::find(known, name) != known.end(); };
    const auto scheme = text.find("://");
    const auto query = text.find('?');
    std::string_view rest = scheme == std::string_view::npos ? text : text.substr(std::min(query, text.size() - 1) + 1);
    const bool is_url = scheme != std::string_view::npos;
    const bool safe = is_url && rest.find('@') == std::string_view::npos &&
                      (text.substr(0, query).find('@') != std::string_view::npos ||
                       text.find(':', scheme + 3) == std::string_view::npos);
    while (!rest.empty()) {
        const auto item = rest.substr(0, rest.find_first_of(is_url ? "&" : " \t\n"));
        const auto name = item.substr(0, item.find('='));
        const bool near = !near_matches(name, known, 1).empty();
        if (!name.empty() && item.size() > name.size() && !is_known(name) && (safe || near))
            return std::string{name};
        rest.remove_prefix(std::min(item.size() + 1, rest.size()));
    }
    return {};
}

[[noreturn]] void refuse(std::string message, connect_fault fault = connect_fault::bad_url)
{
    throw error{error_kind::configuration, std::move(message)}.with_connect_fault(fault);
}

constexpr const char* unreadable = "DATABASE_URL is neither a PostgreSQL URL nor a keyword string. Write "
                                   "postgresql://user:password@host:5432/database, with special characters of the "
                                   "password percent-encoded.";

[[noreturn]] void refuse_text(const std::string& text)
{
    const option_list all{PQconndefaults(), &PQconninfoFree};
    std::vector<std::string_view> known{"ssl"}; // JDBC's, which libpq takes as well
    for (const auto* one = all.get(); one && one->keyword; ++one)
        known.emplace_back(one->keyword);
    const auto name = unknown_name_in(text, known);
    refuse(name.empty() ? unreadable
                        : fmt::format("DATABASE_URL holds a parameter that libpq does not know: \"{}\"{}.", name,
                                      did_you_mean(name, known)));
}

// libpq takes the first @ of a URL for the end of user and password. A leading one is an abstract socket.
bool holds_at(const char* list)
{
    for (std::string_view rest = list ? list : ""; !rest.empty();) {
        const auto one = rest.substr(0, rest.find(','));
        if (one.find('@', 1) != std::string_view::npos && one.front() != '/')
            return true;
        rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    }
    return false;
}

option_list parsed(const std::string& text)
{
    char* why = nullptr;
    option_list options{PQconninfoParse(text.c_str(), &why), &PQconninfoFree};
    PQfreemem(why); // may quote a piece of the password
    if (!options)
        refuse_text(text);
    const auto* port = value_in(options, "port");
    if (holds_at(value_in(options, "host")) || holds_at(port))
        refuse(
            "The host or port in DATABASE_URL holds an @, so the user or the password probably does: write each @ of "
            "these as %40.",
            connect_fault::at_in_password);
    // With a / in the password, its beginning is taken for the port.
    if (port && std::string_view{port}.find_first_not_of("0123456789, ") != std::string_view::npos)
        refuse(unreadable);
    return options;
}

// libpq completes a connection string only when it connects (PQconninfoParse() and PQconndefaults() do half of it
// each), so it is asked to connect with one value that it refuses before it opens a socket. `refused` is not known
// then, nor `replaced`.
struct unmade_connection {
    const char* refused;
    const char* replaced;
    const char* replacement;
};
constexpr const char* refused_value = "none; only resolving";
// A password in hand keeps libpq from reading its password file, which is looked up by host when it connects.
constexpr unmade_connection all_but_password{"sslmode", "password", "unused"};
constexpr unmade_connection all_but_passfile{"target_session_attrs", "passfile", "/nonexistent/passfile"};

option_list completed(const std::string& text, const unmade_connection& how)
{
    const std::array keywords{"dbname", how.refused, how.replaced, static_cast<const char*>(nullptr)};
    const std::array values{text.c_str(), refused_value, how.replacement, static_cast<const char*>(nullptr)};
    const std::unique_ptr<PGconn, decltype(&PQfinish)> unmade{PQconnectStartParams(keywords.data(), values.data(), 1),
                                                              &PQfinish};
    option_list made{unmade ? PQconninfo(unmade.get()) : nullptr, &PQconninfoFree};
    if (!made)
        throw std::bad_alloc{};
    if (const auto* got = value_in(made, how.refused); got == nullptr || std::string_view{got} != refused_value) {
        std::string why = PQerrorMessage(unmade.get()); // of the service file: names of it and of services, no value
        while (why.ends_with('\n'))
            why.pop_back();
        refuse(fmt::format("The connection settings cannot be resolved: {}.", why), connect_fault::bad_service);
    }
    return made;
}

// A built-in default is nobody's wish, unless somebody wrote it down.
bool is_wish(const PQconninfoOption& one, const option_list& given)
{
    if (one.val == nullptr || *one.val == '\0')
        return false;
    return one.compiled == nullptr || std::string_view{one.compiled} != one.val ||
           value_in(given, one.keyword) != nullptr || (one.envvar && std::getenv(one.envvar));
}

} // namespace

conninfo_settings parse_conninfo(const std::string& text)
{
    const auto given = parsed(text);
    conninfo_settings made;
    for (const auto* one = given.get(); one->keyword; ++one)
        if (one->val)
            made.emplace_back(one->keyword, one->val);
    return made;
}

conninfo_settings resolve_conninfo(const std::string& text)
{
    const auto given = parsed(text);
    const auto most = completed(text, all_but_password);
    const auto rest = completed(text, all_but_passfile);
    conninfo_settings made;
    for (const auto *one = most.get(), *other = rest.get(); one->keyword; ++one, ++other) {
        const std::string_view keyword{one->keyword};
        const bool unknown = keyword == all_but_password.refused || keyword == all_but_password.replaced;
        if (const auto& known = unknown ? *other : *one; is_wish(known, given))
            made.emplace_back(known.keyword, known.val);
    }
    if (const auto* service = value_in(given, "service"); service && !find_setting(made, "service"))
        made.emplace_back("service", service);
    if (const auto* user = find_setting(made, "user"); user && !find_setting(made, "dbname"))
        made.emplace_back("dbname", *user);
    return made;
}

const std::string* find_setting(const conninfo_settings& all, const std::string& keyword) noexcept
{
    const auto found = std::ranges::find(all, keyword, &conninfo_settings::value_type::first);
    return found == all.end() ? nullptr : &found->second;
}

} // namespace lightdash::pg
