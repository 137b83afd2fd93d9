#include "support/backend_process.hpp"

#include "ops/child/child_process.hpp"
#include "ops/postgres/cluster_files.hpp"
#include "support/argument_pointers.hpp"
#include "support/eventually.hpp"
#include "support/private_cluster.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>
#include <utility>

namespace lightdash::testing {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

fs::path make_folder()
{
    std::string name = (fs::temp_directory_path() / "lightdash-backend-XXXXXX").string();
    if (!::mkdtemp(name.data()))
        throw std::runtime_error("cannot create " + name);
    fs::permissions(name, fs::perms{0755}); // a private PostgreSQL in it may run as another account
    return fs::canonical(name);
}

std::vector<std::string> environment_of(const std::map<std::string, std::string>& given)
{
    std::vector<std::string> made;
    // Sanitizers are set up through the environment.
    for (const char* name : {"PATH", "HOME", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"})
        if (const char* value = std::getenv(name); value && !given.contains(name))
            made.push_back(std::string{name} + '=' + value);
    for (const auto& [name, value] : given)
        made.push_back(name + '=' + value);
    return made;
}

} // namespace

const char* backend_binary()
{
    static const auto path = (fs::read_symlink("/proc/self/exe").parent_path() / "lightdash-backend").string();
    return path.c_str();
}

backend_process::backend_process(std::vector<std::string> arguments, std::map<std::string, std::string> environment)
    : folder_(make_folder())
{
    arguments.insert(arguments.begin(), backend_binary());
    auto variables = environment_of(environment);
    const auto argv = argument_pointers(arguments);
    const auto envp = argument_pointers(variables);

    posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&files, 1, (folder_ / ".stdout").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::posix_spawn_file_actions_addopen(&files, 2, (folder_ / ".stderr").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::posix_spawn_file_actions_addchdir_np(&files, folder_.c_str());
    const int failure = ::posix_spawn(&pid_, argv[0], &files, nullptr, argv.data(), envp.data());
    ::posix_spawn_file_actions_destroy(&files);
    if (failure != 0) {
        fs::remove_all(folder_);
        throw std::runtime_error(std::string{"cannot start "} + argv[0] + ": " + std::strerror(failure));
    }
}

backend_process backend_process::serve(const std::string& database_url, std::vector<std::string> arguments,
                                       std::map<std::string, std::string> environment)
{
    const auto port = free_port();
    arguments.insert(arguments.begin(), "serve");
    environment.emplace("DATABASE_URL", database_url);
    environment.emplace("PORT", std::to_string(port));
    environment.emplace("LIGHTDASH_PROMETHEUS_PORT", std::to_string(free_port()));
    backend_process made{std::move(arguments), std::move(environment)};
    made.port_ = port;
    made.wait_until_ready();
    return made;
}

backend_process::backend_process(backend_process&& other) noexcept
    : folder_(std::exchange(other.folder_, {})), pid_(std::exchange(other.pid_, 0)), port_(other.port_),
      exit_code_(other.exit_code_)
{}

backend_process::~backend_process()
{
    if (pid_ != 0 && running()) {
        ::kill(pid_, SIGKILL);
        eventually(10s, [this] { return !running(); });
    }
    std::error_code ignored;
    if (!folder_.empty())
        fs::remove_all(folder_, ignored);
}

bool backend_process::running()
{
    if (!exit_code_)
        exit_code_ = ops::reap(pid_);
    return !exit_code_;
}

void backend_process::wait_until_ready(std::chrono::milliseconds limit)
{
    std::string last = "no connection";
    for (const auto until = clock::now() + limit; clock::now() < until; std::this_thread::sleep_for(10ms)) {
        if (!running())
            throw std::runtime_error("the program ended with code " + std::to_string(*exit_code_) +
                                     " instead of serving: " + err());
        try {
            const auto answer = http_get(port_, "/api/v1/readyz");
            if (answer.status == 200)
                return;
            last = answer.body;
        } catch (const std::runtime_error& failure) {
            last = failure.what();
        }
    }
    throw std::runtime_error("the program was not ready in " + std::to_string(limit.count()) + " ms (" + last +
                             "): " + err());
}

void backend_process::signal(int number) const
{
    if (pid_ > 0 && !exit_code_)
        ::kill(pid_, number);
}

int backend_process::wait(std::chrono::milliseconds limit)
{
    for (const auto until = clock::now() + limit; running(); std::this_thread::sleep_for(2ms))
        if (clock::now() >= until)
            throw std::runtime_error("the program did not end in " + std::to_string(limit.count()) + " ms: " + err());
    return *exit_code_;
}

int backend_process::stop(std::chrono::milliseconds limit)
{
    signal(SIGTERM);
    return wait(limit);
}

void backend_process::wait_for_line(std::string_view text, std::chrono::milliseconds limit)
{
    for (const auto until = clock::now() + limit; err().find(text) == std::string::npos;
         std::this_thread::sleep_for(5ms))
        if (clock::now() >= until)
            throw std::runtime_error("the program did not say \"" + std::string{text} + "\": " + err());
}

std::string backend_process::out() const
{
    return ops::read_from(folder_ / ".stdout", 0);
}
std::string backend_process::err() const
{
    return ops::read_from(folder_ / ".stderr", 0);
}

backend_result run_backend(std::vector<std::string> arguments, std::map<std::string, std::string> environment,
                           std::chrono::milliseconds limit)
{
    backend_process child{std::move(arguments), std::move(environment)};
    const int code = child.wait(limit);
    return {code, child.out(), child.err()};
}

std::vector<pid_t> children_of(pid_t parent)
{
    const auto id = std::to_string(parent);
    std::ifstream in{"/proc/" + id + "/task/" + id + "/children"};
    return {std::istream_iterator<pid_t>{in}, {}};
}

} // namespace lightdash::testing
