// config: the family of what shows settings
#include "app/commands/list.hpp"

lightdash::app::command lightdash::app::commands::config()
{
    return family_of_commands(
        {.path = "config", .meaning = "Show the settings", .examples = "  lightdash-backend config show"});
}
