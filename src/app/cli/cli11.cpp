#include "app/cli/cli11.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace lightdash::app {
namespace {

using settings_given = std::map<std::string, std::string>;

std::string joined_names(const option& of)
{
    std::string names;
    for (const auto& name : of.names)
        names += (names.empty() ? "" : ",") + name;
    return names;
}

// CLI11 gives an option without its value as "true" or "".
bool store(const option& of, std::string given, settings_given& settings)
{
    if (of.values == option_values::one_or_nothing && given == "true")
        given.clear();
    if (!of.setting.empty()) {
        settings[of.setting] = given;
        return true;
    }
    return of.store(given);
}

void add_value(CLI::App& to, const option& of, settings_given& settings)
{
    const auto take = [&of, &settings](const CLI::results_t& given) {
        return std::ranges::all_of(given, [&](const std::string& one) { return store(of, one, settings); });
    };
    auto& made = *to.add_option(joined_names(of), take, of.meaning);
    made.type_name(of.label())->required(of.required);
    made.check(CLI::Validator{[&of](std::string& given) { return of.fault_of(given); }, ""});
    if (of.values == option_values::one_or_nothing)
        made.expected(0, 1);
    else if (of.values == option_values::many)
        made.expected(CLI::detail::expected_max_vector_size);
}

void add_options(CLI::App& to, const command& from, settings_given& settings)
{
    for (const auto& one : from.options) {
        if (one.flag)
            to.add_flag(joined_names(one), *one.flag, one.meaning);
        else if (one.values != option_values::none)
            add_value(to, one, settings);
    }
    for (const auto& one : from.options)
        for (const auto& other : one.excludes)
            to.get_option(one.names.front())->excludes(to.get_option(other));
    to.set_help_flag("--help,-h");
    if (from.path.empty())
        to.set_version_flag("--version", std::string{"version"});
}

class reader {
public:
    reader(const program& from, settings_given& settings) : from_(from), root_("", "lightdash-backend")
    {
        apps_.reserve(from.commands.size());
        for (const auto& one : from.commands) {
            auto& app = one.path.empty() ? root_ : below_parent(one);
            apps_.push_back(&app);
            add_options(app, one, settings);
        }
        root_.require_subcommand(0, 1);
    }

    CLI::App& root() { return root_; }

    // The command whose name was read last.
    const command& reached() const
    {
        const auto* deepest = &root_;
        for (auto below = deepest->get_subcommands(); !below.empty(); below = deepest->get_subcommands())
            deepest = below.front();
        return from_.commands[static_cast<std::size_t>(std::ranges::find(apps_, deepest) - apps_.begin())];
    }

private:
    CLI::App& below_parent(const command& one)
    {
        CLI::App* parent = &root_;
        for (std::size_t i = 1; i < apps_.size(); ++i)
            if (one.path.starts_with(from_.commands[i].path + " "))
                parent = apps_[i];
        // Made by hand: CLI11's own way refuses the colon of migrate:status.
        auto& made = *parent->add_subcommand(std::make_shared<CLI::App>(one.meaning, std::string{last_word(one.path)}));
        made.fallthrough(); // --color and --no-input may stand behind it
        return made;
    }

    const program& from_;
    CLI::App root_;
    std::vector<CLI::App*> apps_; // as from_.commands
};

} // namespace

parsed_line parse(const program& from, int argc, const char* const* argv)
{
    parsed_line made;
    reader read{from, made.settings};
    try {
        read.root().parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        made.what = parsed_as::help;
    } catch (const CLI::CallForVersion&) {
        made.what = parsed_as::version;
    } catch (const CLI::ExtrasError&) {
        made.what = parsed_as::unexpected_word;
        const auto left = read.root().remaining(true);
        made.text = left.empty() ? "" : left.front().substr(0, left.front().find('='));
    } catch (const CLI::ParseError& fault) {
        made.what = parsed_as::fault;
        made.text = fault.what();
    }
    made.of = &read.reached();
    return made;
}

} // namespace lightdash::app
