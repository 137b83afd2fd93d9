#include "lightdash/core/random_text.hpp"

#include "core/sodium.hpp"

#include <string>
#include <vector>

namespace lightdash {

secret random_hex(std::size_t bytes)
{
    need_sodium();
    std::vector<unsigned char> random(bytes);
    randombytes_buf(random.data(), random.size());
    std::string digits(2 * bytes + 1, '\0');
    sodium_bin2hex(digits.data(), digits.size(), random.data(), random.size());
    sodium_memzero(random.data(), random.size());
    digits.pop_back();
    return secret{std::move(digits)};
}

} // namespace lightdash
