// user create, token create: an operator's way to a first login.
#include "app/cli/command.hpp"
#include "app/server/runtime.hpp"
#include "lightdash/core/email.hpp"
#include "lightdash/core/password.hpp"
#include "lightdash/core/token.hpp"
#include "modules/access/store.hpp"
#include "modules/users/store.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <iostream>
#include <unistd.h>
#include <utility>

namespace lightdash::app {
namespace {

struct user_draft {
    std::string organization = "Lightdash";
    std::string email, first_name, last_name, role = "admin";
    bool password_on_stdin = false;
};

struct token_draft {
    std::string email;
    std::string description = "made on the command line";
    int days = 0; // 0: no end
};

organization_role role_named(std::string_view name)
{
    auto role = organization_role::member;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<organization_role>>([&](auto named) {
        if (name == named.name)
            role = named.value;
    });
    return role; // the option accepts these names only
}

std::string read_password()
{
    if (isatty(STDIN_FILENO))
        fmt::print(stderr, "Password (shown as you type; pipe it in to avoid that): ");
    std::string password;
    std::getline(std::cin, password);
    if (!password.empty() && password.back() == '\r')
        password.pop_back(); // a line of a text from Windows
    if (password.empty())
        throw error{error_kind::invalid_parameter,
                    "No password was made: standard input held an empty first line. Pipe the password in, or leave "
                    "--password-stdin out for an account without one."};
    if (const auto fault = password_fault(password); !fault.empty())
        throw error{error_kind::invalid_parameter, fmt::format("No account was made. {}", fault)};
    return password;
}

void check(const user_draft& draft)
{
    if (!is_email_address(draft.email))
        throw error{
            error_kind::usage,
            fmt::format("--email: \"{}\" is no e-mail address; give one such as ada@example.com.", draft.email)};
    for (const auto& [option, text] : {std::pair{"--first-name", &draft.first_name},
                                       {"--last-name", &draft.last_name},
                                       {"--organization", &draft.organization}})
        if (text->find_first_not_of(" \t\r\n") == std::string::npos)
            throw error{error_kind::usage, fmt::format("{} is empty: give the name.", option)};
}

task<int> create_user(runtime& on, const user_draft& draft, std::string password_hash)
{
    const auto role = role_named(draft.role);
    const auto db = on.database().exclusive(deadline::after(std::chrono::seconds{10}));
    const new_user user{draft.email, draft.first_name, draft.last_name, std::move(password_hash), role};
    try {
        const auto id = co_await user_store::create(*db, draft.organization, user);
        fmt::print("{}\n", id.to_string());
        co_return 0;
    } catch (const error& failure) {
        // The key's first name, which migration 010 changes.
        if (failure.constraint() != "idx_users_email" && failure.constraint() != "users_email_key")
            throw;
        throw error{error_kind::already_exists,
                    fmt::format("There is a user with the e-mail {} already.", draft.email)};
    }
}

task<int> create_token(runtime& on, const token_draft& draft)
{
    const auto token = make_token();
    const auto digest = access::digest_of(token.reveal());
    std::optional<pg::timestamptz> expires;
    if (draft.days > 0)
        expires = std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now()) +
                  std::chrono::days{draft.days};
    const auto db = on.database().exclusive(deadline::after(std::chrono::seconds{10}));
    const bool known = co_await access::token_store::create(*db, draft.email, draft.description, digest, expires);
    if (!known)
        throw error{error_kind::not_found,
                    fmt::format("There is no user with the e-mail {}: 'lightdash-backend user create' makes one.",
                                draft.email)};
    fmt::print("{}\n", token.reveal());
    co_return 0;
}

} // namespace

void add_accounts(command_line& line)
{
    auto& users = line.add("user", "Make accounts", "");
    users.require_subcommand(1);
    auto& user = line.add_under(
        users, "create", "Make a user, and the organization when there is none of that name; prints the id",
        "  lightdash-backend user create --email ada@example.com --first-name Ada --last-name Lovelace\n"
        "  echo \"$PASSWORD\" | lightdash-backend user create --email ada@example.com --first-name Ada --last-name "
        "Lovelace "
        "--organization Engines --password-stdin");
    line.add_setting_flags(user, {"LIGHTDASH_DATA_DIR"});
    const auto draft = std::make_shared<user_draft>();
    user.add_option("--email", draft->email, "E-mail address")->required();
    user.add_option("--first-name", draft->first_name, "First name")->required();
    user.add_option("--last-name", draft->last_name, "Last name")->required();
    user.add_option("--organization", draft->organization, "The organization's name (default: Lightdash)");
    user.add_option("--role", draft->role, "In the organization (default: admin)")
        ->check(CLI::IsMember({"member", "viewer", "interactive_viewer", "editor", "developer", "admin"}));
    user.add_flag(
        "--password-stdin", draft->password_on_stdin,
        "Read a password from standard input (8 characters or more, a letter, and a digit or a sign); without "
        "it the account has none yet");
    line.on_run(user, [draft](const loaded_settings& loaded) {
        check(*draft);
        const auto hash = draft->password_on_stdin ? hash_password(read_password()) : std::string{};
        runtime on{loaded.values};
        return on.run(create_user(on, *draft, hash));
    });

    auto& tokens = line.add("token", "Make personal access tokens", "");
    tokens.require_subcommand(1);
    auto& token =
        line.add_under(tokens, "create", "Make a personal access token of a user; the token alone is printed, once",
                       "  lightdash-backend token create --email demo@lightdash.com\n"
                       "  TOKEN=$(lightdash-backend token create --email demo@lightdash.com --expires-in-days 30)");
    line.add_setting_flags(token, {"LIGHTDASH_DATA_DIR"});
    const auto wanted = std::make_shared<token_draft>();
    token.add_option("--email", wanted->email, "Whose token")->required();
    token.add_option("--description", wanted->description, "What it is for");
    token.add_option("--expires-in-days", wanted->days, "When it stops to be valid (default: never)")
        ->check(CLI::Range(1, 36'500));
    line.on_run(token, [wanted](const loaded_settings& loaded) {
        runtime on{loaded.values};
        return on.run(create_token(on, *wanted));
    });
}

} // namespace lightdash::app
