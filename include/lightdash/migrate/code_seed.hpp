// What a seed written in C++ includes, and nothing else:
//
//     task<seed_counts> seed(seed_run run)
//     {
//         auto tx = co_await run.db.begin({}, run.until);
//         const auto users = co_await tx.execute(insert_users);
//         co_await tx.commit();
//         co_return seed_counts{{"user", users}};
//     }
//     LIGHTDASH_SEED(seed);
//
// The build names it after its file, migrations/seeds/NUMBER_words.cpp, and runs them by number. A seed is run as often
// as wanted: it leaves alone what is there. Whoever runs it in production was asked first.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/core/deadline.hpp"
#include "lightdash/core/error.hpp"
#include "lightdash/core/password.hpp"
#include "lightdash/core/time.hpp"
#include "lightdash/core/uuid.hpp"
#include "lightdash/pg/copy.hpp"
#include "lightdash/pg/database.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::migrate {

// Told while something travels for long: so many of the total of `what`. Must not throw.
using seed_progress = std::function<void(std::string_view what, std::uint64_t done, std::uint64_t total)>;

struct seed_run {
    pg::database& db;
    deadline until;
    unsigned scale = 0; // how large a load test is wanted; 0: none
    seed_progress on_progress = {};
};

struct seed_count {
    std::string_view noun; // in the singular; lives as long as the program
    std::uint64_t rows;    // that this run added: 0 when everything was there
    friend bool operator==(const seed_count&, const seed_count&) = default;
};
using seed_counts = std::vector<seed_count>;

using seed_function = task<seed_counts> (*)(seed_run run);

struct code_seed {
    std::string name;
    seed_function run;
};

// Compiled into this program: migrations/seeds/*.cpp, by number.
std::vector<code_seed> compiled_in_code_seeds();

// Runs all of them; what several add of one noun is counted together.
task<seed_counts> run_code_seeds(seed_run run);

} // namespace lightdash::migrate

namespace pg = lightdash::pg;
using lightdash::task;
using lightdash::migrate::seed_counts;
using lightdash::migrate::seed_run;

// scripts/cmake/migrations.cmake defines both names for each file and lists the functions in the registry.
#ifdef LIGHTDASH_SEED_FUNCTION
#define LIGHTDASH_SEED(function)                                                                                       \
    lightdash::migrate::code_seed LIGHTDASH_SEED_FUNCTION();                                                           \
    lightdash::migrate::code_seed LIGHTDASH_SEED_FUNCTION()                                                            \
    {                                                                                                                  \
        return {LIGHTDASH_SEED_NAME, function};                                                                        \
    }                                                                                                                  \
    static_assert(true, "takes the semicolon")
#endif
