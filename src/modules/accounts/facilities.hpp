// What the handlers of accounts work with beside a session: it is given to the routes when they are added.
#pragma once

#include "lightdash/api/gate.hpp"
#include "lightdash/async/offload.hpp"
#include "lightdash/async/task.hpp"
#include "lightdash/pg/database.hpp"
#include "modules/access/service.hpp"

#include <cstddef>
#include <string>

namespace lightdash::accounts {

struct rules {
    bool multiple_organizations = false; // whoever registers may make one more
    std::string site_url;                // of the links in mails, without a slash at the end
};

// Argon2id takes 19 MiB and tens of milliseconds of a core: at most `cores` at a time, off the loop, and so many
// waiting that the last is served within seconds; more are refused with error_kind::overloaded.
class password_worker {
public:
    password_worker(asio::io_context& home, std::size_t cores);

    task<std::string> hash(std::string password);
    // An unknown account's hash is "": it takes as long as any other.
    task<bool> matches(std::string hash, std::string password);

private:
    offload_pool threads_;
};

struct facilities {
    // A write while a password is hashed would hold a connection idle: these handlers take one for each write.
    pg::database& database;
    password_worker& passwords;
    access::session_cookie cookie;
    api::gate& gate; // hears when somebody's session ends
    rules allowed;
};

} // namespace lightdash::accounts

template <>
inline constexpr bool lightdash::api::is_given<lightdash::accounts::facilities> = true;
