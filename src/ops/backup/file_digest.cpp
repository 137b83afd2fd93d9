#include "lightdash/ops/file_digest.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <vector>

namespace lightdash::ops {
namespace {

[[noreturn]] void fail(const std::filesystem::path& file)
{
    throw std::system_error(errno != 0 ? errno : EIO, std::generic_category(), "cannot read " + file.string());
}

} // namespace

struct file_digest::state {
    crypto_hash_sha256_state hash;
    std::vector<char> piece = std::vector<char>(8U << 20U);
};

file_digest::file_digest(const std::filesystem::path& file)
    : file_(file), in_(file, std::ios::binary), state_(std::make_unique<state>())
{
    if (!in_)
        fail(file_);
    crypto_hash_sha256_init(&state_->hash);
}

file_digest::~file_digest() = default;

bool file_digest::next()
{
    errno = 0;
    in_.read(state_->piece.data(), static_cast<std::streamsize>(state_->piece.size()));
    if (in_.bad())
        fail(file_);
    const auto got = static_cast<std::size_t>(in_.gcount());
    crypto_hash_sha256_update(&state_->hash, reinterpret_cast<const unsigned char*>(state_->piece.data()), got);
    bytes_ += got;
    return !in_.eof();
}

std::string file_digest::hex()
{
    std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
    crypto_hash_sha256_final(&state_->hash, hash.data());
    std::string text;
    for (const auto byte : hash)
        text += fmt::format("{:02x}", byte);
    return text;
}

} // namespace lightdash::ops
