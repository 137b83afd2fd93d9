#include "ops/child/child_process.hpp"

#include "lightdash/core/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>

namespace lightdash::ops {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

outcome shell(const std::string& script, std::chrono::milliseconds limit = 10s)
{
    return run({.argv = {"/bin/sh", "-c", script}}, limit);
}

TEST(ChildProcess, ItsOutputAndExitCodeComeBack)
{
    const auto told = shell("echo out; echo err >&2; exit 3");
    EXPECT_EQ(told.exit_code, 3);
    EXPECT_EQ(told.output, "out\nerr\n");
    EXPECT_FALSE(told.ok());
}

TEST(ChildProcess, OneThatRunsTooLongIsKilled)
{
    const auto before = std::chrono::steady_clock::now();
    const auto told = shell("exec sleep 30", 100ms);
    EXPECT_TRUE(told.timed_out);
    EXPECT_EQ(told.exit_code, 128 + SIGKILL);
    EXPECT_LT(std::chrono::steady_clock::now() - before, 5s);
}

TEST(ChildProcess, AProgramThatIsNotThereIsNamed)
{
    try {
        (void)run({.argv = {"/nowhere/initdb"}}, 1s);
        FAIL() << "started";
    } catch (const error& refused) {
        EXPECT_THAT(refused.message(), HasSubstr("/nowhere/initdb"));
        EXPECT_THAT(refused.message(), HasSubstr("No such file"));
    }
}

TEST(ChildProcess, ItDoesNotInheritPostgresVariables)
{
    ::setenv("PGPORT", "9999", 1);
    const auto told = shell("env");
    ::unsetenv("PGPORT");
    EXPECT_THAT(told.output, Not(HasSubstr("PGPORT")));
    EXPECT_THAT(told.output, HasSubstr("PATH="));
}

TEST(ChildProcess, ItDoesNotInheritDescriptors)
{
    const int open_here = ::open("/dev/null", O_RDONLY); // without O_CLOEXEC, as a careless library would
    const auto told = shell("ls /proc/self/fd | wc -l");
    ::close(open_here);
    EXPECT_EQ(std::atoi(told.output.c_str()), 4) << "0, 1, 2 and the folder that ls reads";
}

TEST(ChildProcess, IgnoredAndBlockedSignalsAreNotPassedOn)
{
    const auto before = ::signal(SIGTERM, SIG_IGN);
    const auto told = shell("kill -TERM $$; echo survived");
    ::signal(SIGTERM, before);
    EXPECT_EQ(told.exit_code, 128 + SIGTERM);
}

TEST(ChildProcess, OneWithItsOwnSessionIsOutOfTheTerminalsReach)
{
    const pid_t child = spawn({.argv = {"/bin/sleep", "30"}, .own_session = true});
    EXPECT_EQ(::getsid(child), child);
    EXPECT_NE(::getpgid(child), ::getpgrp());
    EXPECT_TRUE(process_alive(child));
    ::kill(child, SIGKILL);
    std::optional<int> code;
    for (int tries = 0; tries < 1000 && !code; ++tries, ::usleep(1000))
        code = reap(child);
    EXPECT_EQ(code, 128 + SIGKILL);
    EXPECT_FALSE(process_alive(child));
}

} // namespace
} // namespace lightdash::ops
