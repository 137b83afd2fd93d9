// token rotate
#include "app/commands/accounts/on_token.hpp"
#include "app/commands/list.hpp"
#include "lightdash/core/time.hpp"
#include "modules/access/token.hpp"

#include <fmt/format.h>

namespace lightdash::app {
namespace {

struct rotate_token_options {
    std::string token;
    int days = 0; // 0: the end stays

    void describe(option_list& are)
    {
        are.setting("LIGHTDASH_DATA_DIR");
        are.value("TOKEN", token, "Its id, as token list shows it").required();
        are.value("--expires-in-days", days, "When it stops to be valid (default: when it did)").between(1, 36'500);
    }
};

task<std::string> rotate_token(runtime& on, token_id id, int days)
{
    const auto until = deadline::after(longest_account_work);
    const auto db = on.database().exclusive(until);
    const auto who = holder_of(co_await find_token(*db, id));
    const auto from = by_command("token rotate");
    tokens::rotation change;
    if (days > 0)
        change.expires_at = {true, utc_now() + std::chrono::days{days}};
    auto text = access::make_token().reveal();
    auto tx = co_await on.database().begin({}, until);
    co_await tokens::store::rotate(tx, who, from, id, change, text);
    co_return text;
}

answer<std::string> run(const invocation& call, const rotate_token_options& wanted)
{
    const auto id = token_id_of(wanted.token);
    runtime on{call.config()};
    return ask(on, rotate_token(on, id, wanted.days));
}

} // namespace

command commands::token_rotate()
{
    return answering<rotate_token_options>(
        {.path = "token rotate",
         .meaning = "Give a personal access token a new text, which is printed alone, once; the old one ends at once",
         .examples = "  lightdash-backend token rotate 3f0c2c1e-8f6e-4b7a-9d7e-0f5a4c3b2a19\n"
                     "  TOKEN=$(lightdash-backend token rotate 3f0c2c1e-8f6e-4b7a-9d7e-0f5a4c3b2a19 "
                     "--expires-in-days 30)"},
        run, show_line);
}

} // namespace lightdash::app
