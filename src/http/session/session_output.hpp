// Responses as bytes: one buffer, most of it text made once.
#pragma once

#include "lightdash/http/response.hpp"

#include <cstddef>
#include <ctime>
#include <string>
#include <string_view>

namespace lightdash::http {

// False when a field of the response could not be written as one header line (promises S14).
bool has_clean_headers(const response& answer) noexcept;

class response_writer {
public:
    struct framing {
        std::string_view request_id;
        bool without_body = false; // HEAD
        bool close = false;
        bool announce_keep_alive = false; // HTTP/1.0, where close is the rule
    };

    explicit response_writer(std::string_view version);

    // Appends status line, fields and body. The headers must be clean.
    void append(std::string& out, const response& answer, const framing& how);

private:
    std::string_view common_fields();

    std::string common_; // the fields that every response has; the Date in it is kept up to date
    std::size_t date_at_;
    std::time_t dated_ = -1;
};

} // namespace lightdash::http
