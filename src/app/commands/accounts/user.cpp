// user: the family of what concerns accounts
#include "app/commands/list.hpp"

lightdash::app::command lightdash::app::commands::user()
{
    return family_of_commands({.path = "user", .meaning = "Make accounts, look at them, change them"});
}
