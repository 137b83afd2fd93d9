#include "lightdash/core/sealed.hpp"

#include "core/sodium.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace lightdash {
namespace {

constexpr char format = 1;
constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t key_size = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr std::size_t id_size = 8;
constexpr char context[crypto_kdf_CONTEXTBYTES + 1] = "ldsealed"; // changing it makes what is stored unreadable
constexpr std::uint64_t number_of_key = 1, number_of_id = 2;

const unsigned char* bytes_of(std::string_view text) noexcept
{
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) noexcept
{
    return reinterpret_cast<unsigned char*>(text.data());
}

// A secret may have any length, a master key has one.
using master_key = std::array<unsigned char, crypto_kdf_KEYBYTES>;

} // namespace

sealing_keys::derived sealing_keys::derive(const secret& from)
{
    static_assert(crypto_kdf_KEYBYTES <= crypto_generichash_BYTES_MAX);
    const auto& text = from.reveal();
    master_key master;
    crypto_generichash(master.data(), master.size(), bytes_of(text), text.size(), nullptr, 0);
    std::string key(key_size, '\0');
    crypto_kdf_derive_from_key(bytes_of(key), key.size(), number_of_key, context, master.data());
    std::array<unsigned char, 2 * id_size> id; // the least that can be derived is 16 bytes
    crypto_kdf_derive_from_key(id.data(), id.size(), number_of_id, context, master.data());
    sodium_memzero(master.data(), master.size());
    std::string shown(2 * id_size + 1, '\0');
    sodium_bin2hex(shown.data(), shown.size(), id.data(), id_size);
    shown.pop_back();
    return {std::move(shown), secret{std::move(key)}};
}

sealing_keys::sealing_keys(const secret& current, const std::vector<secret>& previous)
{
    need_sodium();
    known_.push_back(derive(current));
    for (const auto& each : previous)
        known_.push_back(derive(each));
}

const std::string& sealing_keys::current_id() const noexcept
{
    static const std::string none;
    return known_.empty() ? none : known_.front().id;
}

std::vector<std::string> sealing_keys::ids() const
{
    std::vector<std::string> all;
    std::ranges::transform(known_, std::back_inserter(all), &derived::id);
    return all;
}

const sealing_keys::derived* sealing_keys::find(std::string_view key_id) const noexcept
{
    const auto found = std::ranges::find(known_, key_id, &derived::id);
    return found == known_.end() ? nullptr : &*found;
}

sealed sealing_keys::seal(std::string_view text, std::string_view place) const
{
    if (known_.empty())
        throw error{error_kind::configuration,
                    "This server keeps no secrets: LIGHTDASH_SECRET, which encrypts them, is not set. Set it to a long "
                    "random text ('openssl rand -base64 32' makes one) and start the server again."};
    const auto& with = known_.front();
    std::string made(1 + nonce_size + text.size() + tag_size, format);
    auto* const nonce = bytes_of(made) + 1;
    randombytes_buf(nonce, nonce_size);
    crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + nonce_size, nullptr, bytes_of(text), text.size(),
                                               bytes_of(place), place.size(), nullptr, nonce,
                                               bytes_of(std::string_view{with.key.reveal()}));
    return {with.id, std::move(made)};
}

secret sealing_keys::open(const sealed& stored, std::string_view place) const
{
    const auto* const with = find(stored.key_id);
    if (with == nullptr)
        throw error{error_kind::configuration,
                    "A stored secret was encrypted with the key " + stored.key_id +
                        ", which this server does not have: give the secret that it comes from as LIGHTDASH_SECRET, or "
                        "as LIGHTDASH_SECRET_PREVIOUS."};
    const std::string_view bytes{stored.bytes};
    if (bytes.size() >= 1 + nonce_size + tag_size && bytes.front() == format) {
        const auto encrypted = bytes.substr(1 + nonce_size);
        std::string text(encrypted.size() - tag_size, '\0');
        if (crypto_aead_xchacha20poly1305_ietf_decrypt(
                bytes_of(text), nullptr, nullptr, bytes_of(encrypted), encrypted.size(), bytes_of(place), place.size(),
                bytes_of(bytes) + 1, bytes_of(std::string_view{with->key.reveal()})) == 0)
            return secret{std::move(text)};
    }
    throw error{error_kind::internal,
                "A stored secret cannot be opened: it was changed, or moved from another row or column."};
}

} // namespace lightdash
