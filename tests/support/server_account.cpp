#include "support/server_account.hpp"

#include "ops/postgres/postgres_binaries.hpp"

#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

namespace lightdash::testing {

namespace fs = std::filesystem;

std::optional<ops::account> server_account()
{
    if (::geteuid() != 0)
        return std::nullopt;
    auto found = ops::find_account("postgres");
    if (!found)
        throw std::runtime_error("PostgreSQL refuses root, and there is no account named postgres to run it as");
    return found;
}

fs::path make_server_folder(const std::string& name)
{
    std::string made = (fs::temp_directory_path() / ("lightdash-" + name + "-XXXXXX")).string();
    if (!::mkdtemp(made.data()))
        throw std::runtime_error("cannot create " + made);
    if (const auto owner = server_account())
        if (::chown(made.c_str(), owner->uid, owner->gid) != 0)
            throw std::runtime_error("cannot give " + made + " to postgres");
    return fs::canonical(made);
}

} // namespace lightdash::testing
