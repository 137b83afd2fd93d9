// One mail by SMTP, with libcurl: it blocks.
#pragma once

#include "lightdash/core/secret.hpp"

#include <atomic>
#include <cstdint>
#include <string>

namespace lightdash::mail {

// As Lightdash's EMAIL_SMTP_… say it.
struct smtp_options {
    std::string host;
    std::uint16_t port = 587;
    std::string user; // empty: no login
    secret password;
    std::string sender_email, sender_name;
    // Nothing is sent in clear: STARTTLS, or TLS from the first byte on port 465, with a certificate that fits. False:
    // STARTTLS where the server offers it.
    bool secure = true;
};

struct outgoing {
    std::string id; // of the Message-ID: the same at each attempt
    std::string recipient, subject, text;
};

struct sending_result {
    std::string failure;    // empty: the server took the mail
    bool permanent = false; // the server refuses this mail, whenever it is sent
};

// Takes at most a minute, and a second when `cancelled` becomes true.
sending_result send(const smtp_options& server, const outgoing& mail, const std::atomic<bool>& cancelled);

} // namespace lightdash::mail
