#include "modules/access/token_cache.hpp"

#include <sodium.h>

#include <algorithm>
#include <cstring>

namespace lightdash::access {

token_digest digest_of(std::string_view token) noexcept
{
    token_digest digest;
    crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(token.data()), token.size());
    return digest;
}

std::size_t token_cache::digest_hash::operator()(const token_digest& digest) const noexcept
{
    std::size_t hash; // a digest is evenly spread: any part of it is a hash
    std::memcpy(&hash, digest.data(), sizeof hash);
    return hash;
}

std::shared_ptr<const caller> token_cache::find(const token_digest& token, clock::time_point now)
{
    const auto found = known_.find(token);
    if (found == known_.end())
        return nullptr;
    if (now < found->second.until)
        return found->second.who;
    oldest_first_.erase(found->second.age);
    known_.erase(found);
    return nullptr;
}

void token_cache::remember(const token_digest& token, std::shared_ptr<const caller> who, clock::time_point now,
                           clock::time_point ends)
{
    const auto until = std::min(now + lifetime_, ends);
    if (const auto found = known_.find(token); found != known_.end()) {
        oldest_first_.splice(oldest_first_.end(), oldest_first_, found->second.age);
        found->second.who = std::move(who);
        found->second.until = until;
        return;
    }
    if (capacity_ == 0)
        return;
    if (known_.size() >= capacity_) {
        known_.erase(oldest_first_.front());
        oldest_first_.pop_front();
    }
    const auto age = oldest_first_.insert(oldest_first_.end(), token);
    known_.emplace(token, entry{std::move(who), until, age});
}

void token_cache::clear() noexcept
{
    known_.clear();
    oldest_first_.clear();
}

} // namespace lightdash::access
