#include "modules/access/token.hpp"

#include "lightdash/core/random_text.hpp"

#include <boost/crc.hpp>
#include <fmt/format.h>

namespace lightdash::access {

secret make_token()
{
    std::string token{token_prefix};
    token += random_hex(32).reveal();
    token += checksum_of(token);
    return secret{std::move(token)};
}

std::string checksum_of(std::string_view token)
{
    boost::crc_32_type sum;
    sum.process_bytes(token.data(), token.size());
    return fmt::format("{:08x}", sum.checksum());
}

} // namespace lightdash::access
