#include "modules/access/presented_token.hpp"

#include "lightdash/core/error.hpp"
#include "modules/access/token.hpp"

#include <algorithm>

namespace lightdash::access {
namespace {

constexpr std::string_view scheme = "apikey ";
constexpr std::size_t longest_token = 256;

bool names_scheme(std::string_view text)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return text.size() >= scheme.size() &&
           std::ranges::equal(text.substr(0, scheme.size()), scheme, std::ranges::equal_to{}, lower);
}

} // namespace

std::string_view presented_token(std::string_view authorization)
{
    if (authorization.empty())
        throw error{error_kind::unauthenticated,
                    "You are not logged in: send a personal access token as 'Authorization: ApiKey ldpat_…'."};
    if (!names_scheme(authorization))
        throw error{error_kind::unauthenticated,
                    "The Authorization header must be 'ApiKey' followed by a personal access token."};
    auto token = authorization.substr(scheme.size());
    token.remove_prefix(std::min(token.find_first_not_of(' '), token.size()));
    if (!token.starts_with(token_prefix) || token.size() > longest_token)
        throw error{error_kind::unauthenticated, "This is not a personal access token: they begin with 'ldpat_'."};
    return token;
}

} // namespace lightdash::access
