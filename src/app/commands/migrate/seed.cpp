// seed, seed:make
#include "app/cli/command.hpp"
#include "app/server/runtime.hpp"
#include "app/terminal/phase_progress.hpp"
#include "lightdash/core/counted.hpp"
#include "lightdash/migrate/code_seed.hpp"
#include "lightdash/migrate/migrate_error.hpp"
#include "lightdash/migrate/new_migration.hpp"
#include "lightdash/migrate/seed_file.hpp"

#include <fmt/format.h>

namespace lightdash::app {
namespace {

constexpr std::chrono::hours longest_seed{1};

std::string_view name_of(environment where)
{
    switch (where) {
    case environment::development:
        return "development";
    case environment::test:
        return "test";
    case environment::production:
        break;
    }
    return "production";
}

task<void> run_files(runtime& on, const std::vector<migrate::seed_file>& seeds, std::string_view where)
{
    co_await migrate::run_seeds(
        on.database(), seeds, where,
        [](const migrate::seeded& one) {
            fmt::print(stderr, "seeded {} ({} rows, {} ms)\n", one.name, one.rows, one.took.count());
        },
        [](const std::string& text) { fmt::print(stderr, "{}\n", text); }, deadline::after(longest_seed));
}

task<int> plant(runtime& on, unsigned units, std::string_view environment, const terminal& where)
{
    const auto added =
        co_await migrate::run_code_seeds({on.database(), deadline::after(longest_seed), units, phase_progress{where}});
    std::string text;
    for (const auto& one : added)
        text += (text.empty() ? "" : ", ") + counted(one.rows, one.noun);
    fmt::print(stderr, "Added {}.\n", text);
    const auto seeds = migrate::compiled_in_seeds();
    co_await run_files(on, seeds, environment);
    co_return 0;
}

task<int> plant_folder(runtime& on, const std::vector<migrate::seed_file>& seeds, std::string_view environment)
{
    co_await run_files(on, seeds, environment);
    if (seeds.empty())
        fmt::print(stderr, "Nothing to do: the folder has no .sql file.\n");
    co_return 0;
}

} // namespace

void add_seed(command_line& line)
{
    auto& seed = line.add("seed", "Add the demo data and the seeds of migrations/seeds; what is there stays as it is",
                          "  lightdash-backend seed\n"
                          "  lightdash-backend seed --scale 10    (10,000 more dashboards, 50,000 tiles)\n"
                          "  lightdash-backend seed --dir ./seeds (these SQL files alone)");
    line.add_setting_flags(seed, {"LIGHTDASH_DATA_DIR"});
    const auto force = std::make_shared<bool>(false);
    const auto units = std::make_shared<unsigned>(0);
    const auto folder = std::make_shared<std::string>();
    seed.add_flag("--force", *force, "Also in production");
    seed.add_option("--scale", *units, "Add load-test data too: 1,000 dashboards and 5,000 tiles per unit")
        ->check(CLI::Range(0, 10'000));
    seed.add_option("--dir", *folder, "Run the SQL files of this folder, and nothing else")->type_name("DIR");
    line.on_run(seed, [&line, force, units, folder](const loaded_settings& loaded) {
        if (loaded.values.env == environment::production && !*force)
            throw error{
                error_kind::usage,
                "Seeds are refused when LIGHTDASH_ENV is production: the demo data brings accounts with a known "
                "password. Give --force to add them all the same."};
        const auto where = name_of(loaded.values.env);
        const auto seeds = folder->empty() ? std::vector<migrate::seed_file>{} : migrate::read_seed_folder(*folder);
        runtime on{loaded.values};
        return on.run(folder->empty() ? plant(on, *units, where, line.err()) : plant_folder(on, seeds, where));
    });

    auto& make = line.add("seed:make", "Write the file of a new seed; its path alone goes to stdout",
                          "  lightdash-backend seed:make more_charts\n"
                          "  lightdash-backend seed:make more_charts --dir ./seeds");
    const auto name = std::make_shared<std::string>();
    const auto into = std::make_shared<std::string>("migrations/seeds");
    make.add_option("NAME", *name, "What it adds, in a few words")->required();
    make.add_option("--dir", *into, "Where to (default: migrations/seeds)")->type_name("DIR");
    line.on_run(make, [name, into](const loaded_settings&) {
        fmt::print("{}\n", migrate::create_migration(*name, {.folder = *into, .seed = true}).string());
        return 0;
    });
}

} // namespace lightdash::app
