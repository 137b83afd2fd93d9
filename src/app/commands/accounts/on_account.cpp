#include "app/commands/accounts/on_account.hpp"

#include <fmt/format.h>

#include <pwd.h>
#include <unistd.h>

#include <utility>

namespace lightdash::app {

std::string operator_name()
{
    const auto* const entry = ::getpwuid(::geteuid());
    return fmt::format("{} (command line)", entry != nullptr ? entry->pw_name : std::to_string(::geteuid()));
}

caller acting_in(const organization_id& organization, const user_id& user)
{
    return {user, organization, organization_role::admin, operator_name()};
}

audit::origin by_command(std::string_view command)
{
    return {.request_id = command, .by_command = true};
}

task<users::known_user> find_user(pg::session& db, std::string email)
{
    auto found = co_await users::store::everybody(db, {.wanted_email = email});
    if (found.empty())
        throw error{
            error_kind::not_found,
            fmt::format("There is no user with the e-mail {}: 'lightdash-backend user list' shows who is there.",
                        email)};
    co_return std::move(found.front());
}

namespace {

task<users::known_user> change_one(runtime& on, const std::string& email, const account_work& work)
{
    const auto until = deadline::after(longest_account_work);
    const auto db = on.database().exclusive(until);
    const auto before = co_await find_user(*db, email);
    {
        auto tx = co_await on.database().begin({}, until);
        co_await work(tx, before);
    }
    co_return co_await find_user(*db, email);
}

} // namespace

answer<users::known_user> change_account(const invocation& call, const std::string& email, account_work work)
{
    runtime on{call.config()};
    return ask(on, change_one(on, email, work));
}

void show_nothing(const users::known_user&, const invocation&) {}

std::string state_of(const users::known_user& user)
{
    if (!user.is_active)
        return "deactivated";
    if (!user.is_pending)
        return "active";
    return user.is_invite_expired ? "without a password" : "invited";
}

} // namespace lightdash::app
