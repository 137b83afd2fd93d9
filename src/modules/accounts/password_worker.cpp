#include "lightdash/core/password.hpp"

#include "modules/accounts/facilities.hpp"

namespace lightdash::accounts {
namespace {

constexpr std::size_t waiting_per_core = 256;

} // namespace

password_worker::password_worker(asio::io_context& home, std::size_t cores)
    : threads_(home, cores, cores * waiting_per_core)
{}

task<std::string> password_worker::hash(std::string password)
{
    return threads_.run([text = secret{std::move(password)}] { return hash_password(text.reveal()); });
}

task<bool> password_worker::matches(std::string hash, std::string password)
{
    return threads_.run([known = std::move(hash), text = secret{std::move(password)}] {
        return verify_password(known, text.reveal());
    });
}

} // namespace lightdash::accounts
