#include "modules/shared/secret_digest.hpp"

#include <sodium.h>

namespace lightdash {

pg::bytes secret_digest(std::string_view secret)
{
    pg::bytes made{std::string(crypto_hash_sha256_BYTES, '\0')};
    crypto_hash_sha256(reinterpret_cast<unsigned char*>(made.data.data()),
                       reinterpret_cast<const unsigned char*>(secret.data()), secret.size());
    return made;
}

} // namespace lightdash
