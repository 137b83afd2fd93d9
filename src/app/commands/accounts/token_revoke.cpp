// token revoke
#include "app/commands/accounts/on_token.hpp"
#include "app/commands/list.hpp"

#include <fmt/format.h>

namespace lightdash::app {
namespace {

struct revoke_options {
    std::string token;

    void describe(option_list& are)
    {
        are.setting("LIGHTDASH_DATA_DIR");
        are.value("TOKEN", token, "Its id, as token list shows it").required();
        are.json("{uuid, description, email, …}, as token list has them");
    }
};

task<tokens::held_token> revoke(runtime& on, token_id id)
{
    const auto until = deadline::after(longest_account_work);
    const auto db = on.database().exclusive(until);
    auto token = co_await find_token(*db, id);
    const auto who = holder_of(token);
    const auto from = by_command("token revoke");
    auto tx = co_await on.database().begin({}, until);
    co_await tokens::store::remove(tx, who, from, id);
    co_return token;
}

answer<tokens::held_token> run(const invocation& call, const revoke_options& wanted)
{
    const auto id = token_id_of(wanted.token);
    runtime on{call.config()};
    return ask(on, revoke(on, id));
}

void show_none(const tokens::held_token&, const invocation&) {}

void tell_revoked(const tokens::held_token& token, const invocation&)
{
    fmt::print(stderr, "The token \"{}\" of {} is worth nothing any more.\n", token.description, token.email);
}

} // namespace

command commands::token_revoke()
{
    return answering<revoke_options>(
        {.path = "token revoke",
         .meaning = "Delete a personal access token: it ends at once, on every server of this database",
         .examples = "  lightdash-backend token revoke 3f0c2c1e-8f6e-4b7a-9d7e-0f5a4c3b2a19"},
        run, show_none, tell_revoked);
}

} // namespace lightdash::app
