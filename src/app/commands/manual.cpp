// completion, man: what shells and man(1) know of this program, from its own command tree.
#include "app/cli/command.hpp"
#include "app/cli/completion.hpp"
#include "app/cli/man_page.hpp"
#include "lightdash/migrate/migration.hpp"

#include <fmt/format.h>

namespace lightdash::app {
namespace {

std::vector<std::string> migration_names()
{
    std::vector<std::string> names;
    const auto known = migrate::registry::compiled_in();
    for (const auto& one : known.all())
        names.push_back(one.name);
    return names;
}

} // namespace

void add_manual(command_line& line)
{
    auto& completion =
        line.add("completion", "Print the completion script of a shell",
                 "  source <(lightdash-backend completion bash)\n"
                 "  lightdash-backend completion zsh > /usr/local/share/zsh/site-functions/_lightdash-backend\n"
                 "  lightdash-backend completion fish > ~/.config/fish/completions/lightdash-backend.fish");
    const auto shell = std::make_shared<std::string>();
    completion.add_option("SHELL", *shell, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    line.on_start(completion, [&line, shell] {
        fmt::print("{}", completion_script(*shell, facts_of(line.root()), migration_names()));
        return 0;
    });

    auto& man = line.add("man", "Print the manual page, in roff",
                         "  lightdash-backend man | man -l -\n"
                         "  lightdash-backend man > /usr/local/share/man/man1/lightdash-backend.1");
    line.on_start(man, [&line] {
        fmt::print("{}", man_page(facts_of(line.root())));
        return 0;
    });
}

} // namespace lightdash::app
