// A migrator that a test may kill.
#pragma once

#include "integration/migrate/migrating.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

namespace lightdash::migrate {

// A process of its own that migrates; it is this program, forked while it has one thread.
inline pid_t start_migrating(const lightdash::testing::test_database& db, const registry& known, bool up)
{
    const pid_t child = ::fork();
    if (child != 0)
        return child;
    try {
        migrating here{db};
        if (up)
            here.up(known);
        else
            here.down(known, all_of_them);
        ::_exit(0);
    } catch (...) {
        ::_exit(1);
    }
}

inline bool ended_within(pid_t child, std::chrono::steady_clock::duration time)
{
    const auto until = std::chrono::steady_clock::now() + time;
    int status = 0;
    while (::waitpid(child, &status, WNOHANG) == 0) {
        if (std::chrono::steady_clock::now() >= until)
            return false;
        std::this_thread::sleep_for(200us);
    }
    return true;
}

} // namespace lightdash::migrate
