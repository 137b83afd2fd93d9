#include "lightdash/migrate/code_seed.hpp"

#include <algorithm>

namespace lightdash::migrate {

task<seed_counts> run_code_seeds(seed_run run)
{
    seed_counts all;
    for (const auto& seed : compiled_in_code_seeds())
        for (const auto& added : co_await seed.run(run)) {
            const auto known = std::ranges::find(all, added.noun, &seed_count::noun);
            if (known == all.end())
                all.push_back(added);
            else
                known->rows += added.rows;
        }
    co_return all;
}

} // namespace lightdash::migrate
