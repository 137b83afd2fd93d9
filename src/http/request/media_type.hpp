// What the fields that name media types say: Accept, Content-Type, Content-Encoding (RFC 9110 8.3, 8.4, 12.5.1).
#pragma once

#include <cstddef>
#include <string_view>

namespace lightdash::http {

// application/json or application/…+json; a charset, if named, is UTF-8, also as `utf8` or in quotes (promises J11).
bool is_json_type(std::string_view content_type) noexcept;

// Nothing but `identity`: the body is as it was written.
bool is_identity(std::string_view content_encoding) noexcept;

// Whether a client takes `produced`, a type without parameters: the most specific range that it fits decides, wherever
// it stands, and refuses with a weight of 0. Malformed ranges say nothing. Fields that name no range take everything.
class acceptance {
public:
    explicit acceptance(std::string_view produced) noexcept : produced_(produced) {}

    // One field's value; the request may have several.
    void add(std::string_view accept) noexcept;
    bool takes() const noexcept { return !named_ || (closest_ > 0 && wanted_); }

private:
    void add_range(std::string_view range) noexcept;

    std::string_view produced_;
    bool named_ = false;
    int closest_ = 0; // 0: none fits; 1: */*, 2: application/*, 3: the type itself
    bool wanted_ = false;
};

} // namespace lightdash::http
