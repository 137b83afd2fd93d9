// token: the family of what concerns personal access tokens
#include "app/commands/list.hpp"

lightdash::app::command lightdash::app::commands::token()
{
    return family_of_commands({.path = "token", .meaning = "Make personal access tokens, look at them, end them"});
}
