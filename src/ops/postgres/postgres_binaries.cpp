#include "ops/postgres/postgres_binaries.hpp"

#include "lightdash/core/error.hpp"
#include "ops/child/child_process.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string_view>

namespace lightdash::ops {
namespace {

namespace fs = std::filesystem;
constexpr std::chrono::seconds answer_limit{10};

bool runnable(const fs::path& program)
{
    return ::access(program.c_str(), X_OK) == 0;
}

using program_names = std::initializer_list<const char*>;
constexpr program_names server_programs{"postgres", "initdb", "psql"};
constexpr program_names client_programs{"pg_dump", "pg_restore", "psql"};

bool complete(const fs::path& folder, program_names programs)
{
    return std::all_of(programs.begin(), programs.end(), [&](const char* name) { return runnable(folder / name); });
}

std::vector<fs::path> folders_of(std::string_view path)
{
    std::vector<fs::path> made;
    while (!path.empty()) {
        const auto end = std::min(path.find(':'), path.size());
        if (end > 0)
            made.emplace_back(path.substr(0, end));
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return made;
}

// "postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)" -> 15
int major_in(std::string_view answer)
{
    const auto at = answer.find(") ");
    int major = 0;
    if (at != std::string_view::npos)
        std::from_chars(answer.data() + at + 2, answer.data() + answer.size(), major);
    return major;
}

std::optional<fs::path> told_by(const fs::path& pg_config, const char* question)
{
    auto told = run({.argv = {pg_config.string(), question}}, answer_limit);
    if (!told.ok())
        return std::nullopt;
    return fs::path{told.output.substr(0, told.output.find('\n'))};
}

std::vector<fs::path> candidates(const binary_search& where)
{
    std::vector<fs::path> made;
    const auto folders = folders_of(where.path);
    for (const auto& folder : folders)
        if (runnable(folder / "pg_config"))
            if (auto told = told_by(folder / "pg_config", "--bindir")) {
                made.push_back(std::move(*told));
                break;
            }
    made.insert(made.end(), folders.begin(), folders.end());
    std::error_code ignored;
    for (const auto& version : fs::directory_iterator{where.versioned_root, ignored})
        made.push_back(version.path() / "bin");
    return made;
}

// The first program tells the version of all.
std::vector<postgres_binaries> find_sets(const binary_search& where, program_names programs)
{
    std::vector<postgres_binaries> found;
    for (const auto& folder : candidates(where)) {
        std::error_code unreadable;
        const auto real = fs::canonical(folder, unreadable);
        if (unreadable || !complete(real, programs) ||
            std::any_of(found.begin(), found.end(), [&](const auto& known) { return known.folder == real; }))
            continue;
        const auto told = run({.argv = {(real / *programs.begin()).string(), "--version"}}, answer_limit);
        if (const int major = told.ok() ? major_in(told.output) : 0; major > 0)
            found.insert(
                std::find_if(found.begin(), found.end(), [&](const auto& known) { return known.major < major; }),
                {real, major});
    }
    return found;
}

std::string installed_text(const std::vector<postgres_binaries>& found)
{
    std::string text;
    for (const auto& one : found)
        text += fmt::format("{}{} in {}", text.empty() ? "" : ", ", one.major, one.folder.string());
    return text;
}

[[noreturn]] void refuse_version(const std::vector<postgres_binaries>& found, int cluster_major,
                                 const fs::path& cluster)
{
    const auto& newest = found.front();
    const auto old_dir = cluster.string();
    const auto new_dir = fmt::format("{}.{}", old_dir, newest.major);
    throw error{
        error_kind::configuration,
        fmt::format("the data in {0} was written by PostgreSQL {1}, but this machine has PostgreSQL {2}; nothing was "
                    "touched. Either install the old version (apt-get install postgresql-{1}), or, with both "
                    "installed, upgrade as the owner of that folder:\n"
                    "  {3}/initdb -D {4} -U lightdash -E UTF8 --locale=C.UTF-8\n"
                    "  {3}/pg_upgrade -U lightdash -b /usr/lib/postgresql/{1}/bin -B {3} -d {0} -D {4}\n"
                    "  mv {0} {0}.{1} && mv {4} {0}",
                    old_dir, cluster_major, installed_text(found), newest.folder.string(), new_dir)};
}

} // namespace

binary_search default_binary_search()
{
    const char* path = std::getenv("PATH");
    return {.path = path ? path : ""};
}

std::vector<postgres_binaries> find_postgres(const binary_search& where)
{
    return find_sets(where, server_programs);
}

std::vector<postgres_binaries> find_postgres_clients(const binary_search& where)
{
    return find_sets(where, client_programs);
}

bool has_module(const postgres_binaries& server, std::string_view name)
{
    // Beside the programs, as Debian and the builds of others have it; else where its own pg_config says.
    const auto file = std::string{name} + ".so";
    const auto root = server.folder.parent_path();
    for (const auto* folder : {"lib", "lib/postgresql", "lib64/pgsql"})
        if (std::error_code ignored; fs::exists(root / folder / file, ignored))
            return true;
    if (!runnable(server.folder / "pg_config"))
        return false;
    const auto told = told_by(server.folder / "pg_config", "--pkglibdir");
    std::error_code ignored;
    return told && fs::exists(*told / file, ignored);
}

postgres_binaries choose_postgres(const std::vector<postgres_binaries>& found, std::optional<int> cluster_major,
                                  const fs::path& cluster)
{
    if (found.empty())
        throw error{
            error_kind::configuration,
            "no PostgreSQL server is installed: looked in pg_config --bindir, in PATH and in /usr/lib/postgresql/*/bin "
            "for postgres, initdb and psql. Install it (apt-get install postgresql), or set DATABASE_URL to a server "
            "that runs "
            "elsewhere"};
    if (!cluster_major)
        return found.front();
    const auto fits =
        std::find_if(found.begin(), found.end(), [&](const auto& one) { return one.major == *cluster_major; });
    if (fits == found.end())
        refuse_version(found, *cluster_major, cluster);
    return *fits;
}

} // namespace lightdash::ops
