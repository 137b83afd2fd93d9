#include "lightdash/core/password.hpp"

#include "core/sodium.hpp"
#include "lightdash/core/utf8.hpp"

#include <array>

namespace lightdash {
namespace {

constexpr unsigned long long passes = 2;
constexpr std::size_t chosen_least_characters = 8, chosen_most_bytes = 128;
constexpr std::size_t memory_bytes = std::size_t{19} * 1024 * 1024;

using phc_string = std::array<char, crypto_pwhash_STRBYTES>;

// libsodium wants a terminated text of a fixed size.
bool copy_to(phc_string& out, std::string_view hash) noexcept
{
    out.fill('\0');
    return hash.size() < out.size() && hash.copy(out.data(), hash.size()) == hash.size();
}

// Of a password that nobody can type: its verification costs what a real one costs.
const std::string& unmatchable_hash()
{
    static const std::string hash = [] {
        std::array<char, 32> password;
        randombytes_buf(password.data(), password.size());
        return hash_password({password.data(), password.size()});
    }();
    return hash;
}

bool verify(std::string_view hash, std::string_view password)
{
    phc_string text;
    return copy_to(text, hash) && crypto_pwhash_str_verify(text.data(), password.data(), password.size()) == 0;
}

} // namespace

std::string hash_password(std::string_view password)
{
    if (password.empty() || password.size() > password_max_bytes)
        throw error{error_kind::invalid_parameter,
                    "A password has 1 to 1024 bytes, this one has " + std::to_string(password.size())};
    need_sodium();
    phc_string text;
    if (crypto_pwhash_str_alg(text.data(), password.data(), password.size(), passes, memory_bytes,
                              crypto_pwhash_ALG_ARGON2ID13) != 0)
        throw error{error_kind::internal, "Hashing a password failed: 19 MiB of memory could not be had"};
    return text.data();
}

std::string password_fault(std::string_view password)
{
    std::size_t characters = 0;
    bool letter = false, other = false;
    for (std::size_t at = 0; at < password.size(); ++characters) {
        const auto [size, valid] = first_utf8_sequence(password.substr(at));
        const auto first = static_cast<unsigned char>(password[at]);
        if (!valid || first < 0x20 || first == 0x7F)
            return "A password is text: this one has bytes that are none.";
        const bool is_letter = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') || first >= 0x80;
        (is_letter ? letter : other) = true;
        at += size;
    }
    if (characters < chosen_least_characters)
        return "A password has 8 characters or more, this one has " + std::to_string(characters) + ".";
    if (password.size() > chosen_most_bytes)
        return "A password has at most 128 bytes, this one has " + std::to_string(password.size()) + ".";
    if (!letter || !other)
        return "A password has a letter, and a digit or a sign.";
    return {};
}

bool verify_password(std::string_view hash, std::string_view password)
{
    need_sodium();
    if (password.size() > password_max_bytes)
        return false;
    phc_string text;
    const bool is_hash = copy_to(text, hash) && crypto_pwhash_str_needs_rehash(text.data(), passes, memory_bytes) != -1;
    if (is_hash)
        return verify(hash, password);
    verify(unmatchable_hash(), password);
    return false;
}

bool needs_rehash(std::string_view hash)
{
    need_sodium();
    phc_string text;
    return !copy_to(text, hash) || crypto_pwhash_str_needs_rehash(text.data(), passes, memory_bytes) != 0;
}

} // namespace lightdash
