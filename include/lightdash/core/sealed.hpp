// Secrets that are stored: encrypted, and bound to the place where they are (libsodium's XChaCha20-Poly1305, with keys
// derived from the service's secret by keyed BLAKE2b). Safe to use from any thread.
#pragma once

#include "lightdash/core/secret.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lightdash {

// As it is stored.
struct sealed {
    std::string key_id; // which key opens it: 16 hexadecimal digits that tell nothing of the key
    std::string bytes;  // one of format, the nonce, what is encrypted, its tag
};

// The keys of one secret that seals and opens, and of earlier ones that only open.
class sealing_keys {
public:
    sealing_keys() = default; // none: seals and opens nothing
    explicit sealing_keys(const secret& current, const std::vector<secret>& previous = {});

    bool can_seal() const noexcept { return !known_.empty(); }
    const std::string& current_id() const noexcept; // "" without a key
    bool knows(std::string_view key_id) const noexcept { return find(key_id) != nullptr; }
    std::vector<std::string> ids() const; // the current one first

    // `place` names where it is kept ("projects/…/dbt"): it opens nowhere else. No two calls give the same bytes.
    // Throws configuration when there is no key, internal when the system's random source is not available.
    sealed seal(std::string_view text, std::string_view place) const;
    // Throws configuration, naming the key's id, when the key is none of these; internal when the bytes were changed
    // or belong to another place. Neither tells anything of the text.
    secret open(const sealed& stored, std::string_view place) const;

private:
    struct derived {
        std::string id;
        secret key;
    };
    static derived derive(const secret& from);
    const derived* find(std::string_view key_id) const noexcept;

    std::vector<derived> known_;
};

} // namespace lightdash
