// completion: what shells know of this program
#include "app/cli/completion.hpp"

#include "app/cli/answer.hpp"
#include "app/commands/list.hpp"
#include "lightdash/migrate/migration.hpp"

namespace lightdash::app {
namespace {

struct completion_options {
    std::string shell;

    void describe(option_list& are)
    {
        are.value("SHELL", shell, "bash, zsh or fish").required().one_of({"bash", "zsh", "fish"});
    }
};

std::vector<std::string> migration_names()
{
    std::vector<std::string> names;
    const auto known = migrate::registry::compiled_in();
    for (const auto& one : known.all())
        names.push_back(one.name);
    return names;
}

answer<std::string> script(const invocation& call, const completion_options& given)
{
    return {completion_script(given.shell, call.program, migration_names())};
}

} // namespace

command commands::completion()
{
    auto made = answering<completion_options>(
        {.path = "completion",
         .meaning = "Print the completion script of a shell",
         .examples = "  source <(lightdash-backend completion bash)\n"
                     "  lightdash-backend completion zsh > /usr/local/share/zsh/site-functions/_lightdash-backend\n"
                     "  lightdash-backend completion fish > ~/.config/fish/completions/lightdash-backend.fish"},
        script, show_text);
    made.needs_settings = false;
    return made;
}

} // namespace lightdash::app
