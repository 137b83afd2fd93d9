// token create: a first token, for a script or a person
#include "app/cli/answer.hpp"
#include "app/commands/list.hpp"
#include "modules/access/store.hpp"
#include "modules/access/token.hpp"

#include <fmt/format.h>

namespace lightdash::app {
namespace {

struct token_create_options {
    std::string email;
    std::string description = "made on the command line";
    int days = 0; // 0: no end

    void describe(option_list& are)
    {
        are.setting("LIGHTDASH_DATA_DIR");
        are.value("--email", email, "Whose token").required();
        are.value("--description", description, "What it is for");
        are.value("--expires-in-days", days, "When it stops to be valid (default: never)").between(1, 36'500);
    }
};

task<std::string> create_token(runtime& on, const token_create_options& draft)
{
    const auto token = access::make_token();
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
    co_return token.reveal();
}

answer<std::string> create(const invocation& call, const token_create_options& wanted)
{
    runtime on{call.config()};
    return ask(on, create_token(on, wanted));
}

} // namespace

command commands::token_create()
{
    return answering<token_create_options>(
        {.path = "token create",
         .meaning = "Make a personal access token of a user; the token alone is printed, once",
         .examples = "  lightdash-backend token create --email demo@lightdash.com\n"
                     "  TOKEN=$(lightdash-backend token create --email demo@lightdash.com --expires-in-days 30)"},
        create, show_line);
}

} // namespace lightdash::app
