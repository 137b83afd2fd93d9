// Valid tokens, remembered for a short time: the check of a known token costs no query.
#pragma once

#include "lightdash/core/deadline.hpp"
#include "modules/shared/caller.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <string_view>
#include <unordered_map>

namespace lightdash::access {

// SHA-256 of a token's text.
using token_digest = std::array<std::uint8_t, 32>;
token_digest digest_of(std::string_view token) noexcept;

// Holds valid tokens only, never refusals: an attacker's guesses cannot fill it. At most `capacity` entries, the least
// recently added go first. Whoever hears that rights changed (LISTEN) clears it.
class token_cache {
public:
    using clock = deadline::clock;

    token_cache(std::chrono::seconds lifetime, std::size_t capacity) : lifetime_(lifetime), capacity_(capacity) {}

    // Null when unknown or older than the lifetime.
    std::shared_ptr<const caller> find(const token_digest& token, clock::time_point now);
    // `ends`: when the token itself stops to be valid; never later than that is it answered from here.
    void remember(const token_digest& token, std::shared_ptr<const caller> who, clock::time_point now,
                  clock::time_point ends);
    void clear() noexcept;
    std::size_t size() const noexcept { return known_.size(); }

private:
    struct digest_hash {
        std::size_t operator()(const token_digest& digest) const noexcept;
    };
    struct entry {
        std::shared_ptr<const caller> who;
        clock::time_point until;
        std::list<token_digest>::iterator age;
    };

    std::chrono::seconds lifetime_;
    std::size_t capacity_;
    std::unordered_map<token_digest, entry, digest_hash> known_;
    std::list<token_digest> oldest_first_;
};

} // namespace lightdash::access
