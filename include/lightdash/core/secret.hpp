// A text that cannot be printed, formatted or logged by accident.
#pragma once

#include <string>
#include <string_view>

namespace lightdash {

class secret {
public:
    secret() = default;
    explicit secret(std::string value) : value_(std::move(value)) {}
    secret(const secret&) = default;
    secret(secret&&) noexcept = default;
    secret& operator=(const secret&) = default;
    secret& operator=(secret&&) noexcept = default;
    ~secret(); // overwrites the text

    // The only way out; the name is for reviewers to search for.
    const std::string& reveal() const noexcept { return value_; }
    bool empty() const noexcept { return value_.empty(); }
    // Takes the same time wherever the texts differ (libsodium's sodium_memcmp).
    bool equals(std::string_view other) const noexcept;

private:
    std::string value_;
};

} // namespace lightdash
