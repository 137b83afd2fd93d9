// seed
#include "app/commands/list.hpp"
#include "app/runtime/runtime.hpp"
#include "app/terminal/phase_progress.hpp"
#include "lightdash/core/counted.hpp"
#include "lightdash/migrate/code_seed.hpp"
#include "lightdash/migrate/migrate_error.hpp"
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

struct seed_options {
    bool force = false;
    unsigned units = 0;
    std::string folder;

    void describe(option_list& are)
    {
        are.setting("LIGHTDASH_DATA_DIR");
        are.flag("--force", force, "Also in production");
        are.value("--scale", units, "Add load-test data too: 1,000 dashboards and 5,000 tiles per unit")
            .between(0, 10'000);
        are.value("--dir", folder, "Run the SQL files of this folder, and nothing else").named("DIR");
    }
};

int run(const invocation& call, const seed_options& given)
{
    if (call.in_production() && !given.force)
        throw error{error_kind::usage,
                    "Seeds are refused when LIGHTDASH_ENV is production: the demo data brings accounts with a known "
                    "password. Give --force to add them all the same."};
    const auto where = name_of(call.config().env);
    const auto& folder = given.folder;
    const auto seeds = folder.empty() ? std::vector<migrate::seed_file>{} : migrate::read_seed_folder(folder);
    runtime on{call.config()};
    return on.run(folder.empty() ? plant(on, given.units, where, call.err) : plant_folder(on, seeds, where));
}

} // namespace

command commands::seed()
{
    return command_of<seed_options>(
        {.path = "seed",
         .meaning = "Add the demo data and the seeds of migrations/seeds; what is there stays as it is",
         .examples = "  lightdash-backend seed\n"
                     "  lightdash-backend seed --scale 10    (10,000 more dashboards, 50,000 tiles)\n"
                     "  lightdash-backend seed --dir ./seeds (these SQL files alone)"},
        run);
}

} // namespace lightdash::app
