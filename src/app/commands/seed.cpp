// seed
#include "lightdash/migrate/seed.hpp"
#include "app/command.hpp"
#include "app/runtime.hpp"
#include "lightdash/migrate/migrate_error.hpp"

#include <fmt/format.h>

namespace lightdash::app {
namespace {

task<int> plant(runtime& on, unsigned units)
{
    auto added = co_await migrate::seed_demo(on.database(), deadline::after(std::chrono::minutes{1}));
    if (units > 0) {
        const auto more = co_await migrate::seed_scale(on.database(), units, deadline::after(std::chrono::hours{1}));
        added.projects += more.projects;
        added.charts += more.charts;
        added.dashboards += more.dashboards;
        added.tiles += more.tiles;
    }
    fmt::print(stderr, "Added {} organizations, {} users, {} projects, {} charts, {} dashboards, {} tiles.\n",
               added.organizations, added.users, added.projects, added.charts, added.dashboards, added.tiles);
    co_return 0;
}

} // namespace

void add_seed(command_line& line)
{
    auto& seed = line.add("seed", "Add the demo data; what is there already stays as it is",
                          "  lightdash-backend seed\n"
                          "  lightdash-backend seed --scale 10    (10,000 more dashboards, 50,000 tiles)");
    line.add_setting_flags(seed, {"LIGHTDASH_DATA_DIR"});
    const auto force = std::make_shared<bool>(false);
    const auto units = std::make_shared<unsigned>(0);
    seed.add_flag("--force", *force, "Also in production");
    seed.add_option("--scale", *units, "Add load-test data too: 1,000 dashboards and 5,000 tiles per unit")
        ->check(CLI::Range(0, 10'000));
    line.on_run(seed, [force, units](const loaded_settings& loaded) {
        if (loaded.values.env == environment::production && !*force)
            throw error{
                error_kind::usage,
                "The demo data brings accounts with a known password and is refused when LIGHTDASH_ENV is production. "
                "Give --force to add it all the same."};
        runtime on{loaded.values};
        return on.run(plant(on, *units));
    });
}

} // namespace lightdash::app
