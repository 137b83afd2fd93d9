// user: the family of what makes accounts
#include "app/commands/list.hpp"

lightdash::app::command lightdash::app::commands::user()
{
    return family_of_commands({.path = "user", .meaning = "Make accounts"});
}
