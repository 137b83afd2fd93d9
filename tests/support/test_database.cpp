#include "support/test_database.hpp"

#include "support/database_template.hpp"

#include <chrono>
#include <cstdio>
#include <ctime>
#include <exception>
#include <random>
#include <utility>

#include <unistd.h>

namespace lightdash::testing {
namespace {

constexpr long leftover_seconds = 3600;
constexpr std::string_view name_prefix = "lightdash_test_";

long now()
{
    return static_cast<long>(std::time(nullptr));
}

void sweep(plain_connection& server)
{
    for (const auto& name :
         server.column("SELECT datname FROM pg_database WHERE datname ~ '^lightdash_test_[0-9]+_'")) {
        const long made = std::stol(name.substr(name_prefix.size()));
        if (now() - made > leftover_seconds)
            server.execute("DROP DATABASE IF EXISTS " + sql_name(name) + " WITH (FORCE)");
    }
}

} // namespace

std::string fresh_database_name()
{
    static std::random_device random;
    return std::string{name_prefix} + std::to_string(now()) + '_' + std::to_string(::getpid()) + '_' +
           std::to_string(random());
}

void sweep_leftovers(plain_connection& server)
{
    static const bool swept = (sweep(server), true);
    (void)swept;
}

test_database::test_database(const std::string& template_name)
    : name_(fresh_database_name()), conninfo_(conninfo_with(test_server(), {{"dbname", name_}}))
{
    plain_connection server{test_server()};
    sweep_leftovers(server);
    server.execute("CREATE DATABASE " + sql_name(name_) + " TEMPLATE " + sql_name(template_name));
}

test_database test_database::empty()
{
    return test_database{"template0"};
}

test_database::test_database(test_database&& other) noexcept
    : name_(std::exchange(other.name_, {})), conninfo_(std::exchange(other.conninfo_, {}))
{}

test_database::~test_database()
{
    if (name_.empty())
        return;
    try {
        plain_connection{test_server()}.execute("DROP DATABASE IF EXISTS " + sql_name(name_) + " WITH (FORCE)");
    } catch (const std::exception& failure) {
        // Swept in an hour; the test itself has its verdict already.
        std::fprintf(stderr, "left the database %s behind: %s\n", name_.c_str(), failure.what());
    }
}

pg::connection_options test_database::connection() const
{
    pg::connection_options made;
    made.conninfo = secret{conninfo_};
    return made;
}

std::size_t test_database::terminate_connections() const
{
    return plain()
        .column("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'")
        .size();
}

} // namespace lightdash::testing
