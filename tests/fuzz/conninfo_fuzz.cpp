// Connection strings: whatever a text is, it means one database or is refused, and no message, argument or masked text
// holds a password.
#include "fuzz/broken.hpp"
#include "lightdash/core/error.hpp"
#include "lightdash/core/process_environment.hpp"
#include "lightdash/pg/connection_target.hpp"
#include "lightdash/pg/mask_password.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

namespace lightdash::fuzz {
namespace {

constexpr std::string_view canary = "canary";

bool shows(std::string_view text)
{
    return text.find(canary) != std::string_view::npos;
}

std::optional<pg::connection_target> target_of(const std::string& text)
{
    try {
        return pg::target_of(secret{text});
    } catch (const error& refused) {
        require(refused.kind() == error_kind::configuration, "a text that is no connection string is a wrong setting");
        return std::nullopt;
    }
}

void check(const std::string& text)
{
    const auto masked = pg::mask_password(text);
    const auto made = target_of(text);
    if (!made)
        return;
    require(made->port.size() > 0, "a target has a port");
    if (shows(made->password.reveal()) && !shows(made->place()) && !shows(made->user)) {
        require(!shows(masked), "a masked text holds no password", masked);
        // Nothing but the password may have had it.
        const auto plain = target_of(made->arguments);
        require(plain.has_value(), "arguments are a connection string", made->arguments);
    }
    const auto again = target_of(made->arguments);
    require(again && again->place() == made->place() && again->user == made->user,
            "the arguments mean the same database", made->arguments);
    const auto other = pg::target_of(pg::with_database(secret{text}, "it's \\ else"));
    require(other.database == "it's \\ else" && other.host == made->host && other.port == made->port &&
                other.user == made->user && other.password.reveal() == made->password.reveal(),
            "another database is on the same server", other.arguments);
}

} // namespace
} // namespace lightdash::fuzz

extern "C" int LLVMFuzzerInitialize(int* /*count*/, char*** /*arguments*/)
{
    for (const auto& name : lightdash::process_environment_names())
        if (name.starts_with("PG"))
            ::unsetenv(name.c_str());
    ::setenv("PGSERVICEFILE", "/nonexistent/services", 1);
    ::setenv("PGUSER", "ada", 1);
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text{reinterpret_cast<const char*>(data), size};
    if (text.find('\0') == std::string::npos) // no setting holds one
        lightdash::fuzz::check(text);
    return 0;
}
