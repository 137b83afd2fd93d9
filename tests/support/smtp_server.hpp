// A mail server of Debian's (aiosmtpd) on a free port of 127.0.0.1, which keeps what it takes.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace lightdash::testing {

// Takes every mail, but refuses recipients that begin with "refused" (550) and "later" (451).
class smtp_server {
public:
    smtp_server();
    smtp_server(const smtp_server&) = delete;
    smtp_server& operator=(const smtp_server&) = delete;
    ~smtp_server();

    std::uint16_t port() const noexcept { return port_; }
    // Each as it came over the wire, in the order of their coming; with the envelope's recipient in a first line.
    std::vector<std::string> mails() const;

private:
    std::filesystem::path folder_;
    pid_t pid_ = 0;
    std::uint16_t port_ = 0;
};

} // namespace lightdash::testing
