// user create: an operator's way to a first login
#include "app/cli/answer.hpp"
#include "app/commands/list.hpp"
#include "app/terminal/password.hpp"
#include "lightdash/core/password.hpp"
#include "modules/users/email.hpp"
#include "modules/users/store.hpp"

#include <fmt/format.h>

#include <utility>

namespace lightdash::app {
namespace {

struct user_create_options {
    std::string organization = "Lightdash";
    std::string email, first_name, last_name;
    organization_role role = organization_role::admin;
    bool password_on_stdin = false;

    void describe(option_list& are)
    {
        are.setting("LIGHTDASH_DATA_DIR");
        are.value("--email", email, "E-mail address").required();
        are.value("--first-name", first_name, "First name").required();
        are.value("--last-name", last_name, "Last name").required();
        are.value("--organization", organization, "The organization's name (default: Lightdash)");
        are.value("--role", role, "In the organization (default: admin)");
        are.flag("--password-stdin", password_on_stdin,
                 "Read a password from standard input (8 characters or more, a letter, and a digit or a sign); without "
                 "it the account has none yet");
    }
};

void check(const user_create_options& draft)
{
    if (!users::is_email_address(draft.email))
        throw error{
            error_kind::usage,
            fmt::format("--email: \"{}\" is no e-mail address; give one such as ada@example.com.", draft.email)};
    for (const auto& [option, text] : {std::pair{"--first-name", &draft.first_name},
                                       {"--last-name", &draft.last_name},
                                       {"--organization", &draft.organization}})
        if (text->find_first_not_of(" \t\r\n") == std::string::npos)
            throw error{error_kind::usage, fmt::format("{} is empty: give the name.", option)};
}

task<std::string> create_user(runtime& on, const user_create_options& draft, std::string password_hash)
{
    const auto db = on.database().exclusive(deadline::after(std::chrono::seconds{10}));
    const users::new_user user{draft.email, draft.first_name, draft.last_name, std::move(password_hash), draft.role};
    try {
        const auto id = co_await users::store::create(*db, draft.organization, user);
        co_return id.to_string();
    } catch (const error& failure) {
        // The key's first name, which migration 010 changes.
        if (failure.constraint() != "idx_users_email" && failure.constraint() != "users_email_key")
            throw;
        throw error{error_kind::already_exists,
                    fmt::format("There is a user with the e-mail {} already.", draft.email)};
    }
}

answer<std::string> create(const invocation& call, const user_create_options& draft)
{
    check(draft);
    const auto hash = draft.password_on_stdin ? hash_password(read_password("No account was made.")) : std::string{};
    runtime on{call.config()};
    return ask(on, create_user(on, draft, hash));
}

} // namespace

command commands::user_create()
{
    return answering<user_create_options>(
        {.path = "user create",
         .meaning = "Make a user, and the organization when there is none of that name; prints the id",
         .examples = "  lightdash-backend user create --email ada@example.com --first-name Ada --last-name Lovelace\n"
                     "  echo \"$PASSWORD\" | lightdash-backend user create --email ada@example.com --first-name Ada "
                     "--last-name "
                     "Lovelace --organization Engines --password-stdin"},
        create, show_line);
}

} // namespace lightdash::app
