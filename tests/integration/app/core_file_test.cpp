// A crash leaves no core file that would hold the settings' secrets, and in production nobody else of the account can
// look into the process (promise S15).
#include "integration/app/live_server.hpp"
#include "ops/child/child_process.hpp"
#include "ops/postgres/cluster_files.hpp"
#include "support/backend_process.hpp"
#include "support/private_cluster.hpp"
#include "support/test_database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <signal.h>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

namespace lightdash {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::backend_process;
using ::testing::IsEmpty;

constexpr auto canary = "canary4711";

// As an operator may have it who wants the cores of other programs: children inherit it.
class open_core_limit {
public:
    open_core_limit()
    {
        ::getrlimit(RLIMIT_CORE, &before_);
        const rlimit open{before_.rlim_max, before_.rlim_max};
        ::setrlimit(RLIMIT_CORE, &open);
    }
    open_core_limit(const open_core_limit&) = delete;
    open_core_limit& operator=(const open_core_limit&) = delete;
    ~open_core_limit() { ::setrlimit(RLIMIT_CORE, &before_); }

private:
    rlimit before_{};
};

class CoreFiles : public ::testing::Test {
protected:
    backend_process serve(const std::string& environment) const
    {
        return backend_process::serve(db.conninfo(), {"--migrate"},
                                      {{"LIGHTDASH_ENV", environment},
                                       {"LIGHTDASH_SECRET", std::string{canary} + "-service"},
                                       {"PGPASSWORD", std::string{canary} + "-environment"}});
    }
    // Kernels and containers may hand cores to a program instead of writing them where the process stands.
    static bool cores_are_files()
    {
        const auto pattern = ops::read_from("/proc/sys/kernel/core_pattern", 0);
        return !pattern.empty() && pattern.front() != '|' && pattern.front() != '/';
    }
    static std::vector<fs::path> cores_in(const fs::path& folder)
    {
        std::vector<fs::path> found;
        for (const auto& entry : fs::directory_iterator{folder})
            if (entry.path().filename().string().find("core") != std::string::npos)
                found.push_back(entry.path());
        return found;
    }
    // False where this account may not.
    static bool raise_limit_of(const backend_process& process)
    {
        rlimit open{};
        ::prlimit(process.pid(), RLIMIT_CORE, nullptr, &open);
        open.rlim_cur = open.rlim_max;
        return open.rlim_max > 0 && ::prlimit(process.pid(), RLIMIT_CORE, &open, nullptr) == 0;
    }
    static void crash(backend_process& process)
    {
        process.signal(SIGABRT);
        EXPECT_NE(process.wait(), 0);
    }

    const testing::test_database db = testing::test_database::empty();
    const open_core_limit open;
};

TEST_F(CoreFiles, ACrashLeavesNone)
{
    for (const auto* environment : {"development", "production"}) {
        SCOPED_TRACE(environment);
        auto server = serve(environment);
        EXPECT_THAT(ops::read_from("/proc/" + std::to_string(server.pid()) + "/limits", 0),
                    ::testing::ContainsRegex("Max core file size +[01] "));
        crash(server);
        EXPECT_THAT(cores_in(server.folder()), IsEmpty());
    }
}

TEST_F(CoreFiles, InProductionNotEvenWhenTheLimitIsRaisedFromOutside)
{
    auto server = serve("production");
    if (!raise_limit_of(server))
        GTEST_SKIP() << "the hard limit of core files is 0 here";
    crash(server);
    EXPECT_THAT(cores_in(server.folder()), IsEmpty());
}

// What the others are compared with: the secret would be in there.
TEST_F(CoreFiles, InDevelopmentADeveloperWhoRaisesTheLimitGetsOneWithEverything)
{
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
    GTEST_SKIP() << "sanitizers switch core files off themselves: theirs would be terabytes";
#endif
#endif
    auto server = serve("development");
    if (!cores_are_files() || !raise_limit_of(server))
        GTEST_SKIP() << "this machine does not write core files into the folder of the process";
    crash(server);
    const auto cores = cores_in(server.folder());
    ASSERT_EQ(cores.size(), 1u);
    EXPECT_TRUE(ops::run({.argv = {"/bin/grep", "--quiet", "--text", canary, cores.front().string()}}, 30s).ok());
}

TEST_F(CoreFiles, InProductionNobodyElseOfTheAccountCanReadItsEnvironment)
{
    const auto account = ::geteuid() == 0 ? ops::find_account("postgres") : std::nullopt; // root may read everything
    // Whether a process in that environment comes to be readable, or not, for others.
    const auto becomes = [&](const std::string& environment, bool readable) {
        // It waits for a database that never comes.
        const auto pid = ops::spawn(
            {.argv = {testing::backend_binary(), "db", "wait", "60s"},
             .as = account,
             .environment = {"LIGHTDASH_ENV=" + environment, std::string{"LIGHTDASH_SECRET="} + canary + "-service",
                             "DATABASE_URL=postgresql://ada@127.0.0.1:" + std::to_string(testing::free_port()) +
                                 "/engines"},
             .when_orphaned = SIGKILL});
        const auto folder = "/proc/" + std::to_string(pid);
        const auto has = [](const std::string& text, const std::string& part) {
            return text.find(part) != std::string::npos;
        };
        const bool is_so = testing::eventually(10s, [&] {
            const auto limits = ops::read_from(folder + "/limits", 0);
            const bool begun = has(limits, "Max core file size        1") || has(limits, "Max core file size        0");
            return begun &&
                   readable ==
                       has(ops::run({.argv = {"/bin/cat", folder + "/environ"}, .as = account}, 10s).output, canary);
        });
        ::kill(pid, SIGKILL);
        EXPECT_TRUE(testing::eventually(10s, [&] { return ops::reap(pid); })) << "process " << pid << " does not end";
        return is_so;
    };
    EXPECT_TRUE(becomes("development", true)); // else this test would prove nothing
    EXPECT_TRUE(becomes("production", false));
}

} // namespace
} // namespace lightdash
