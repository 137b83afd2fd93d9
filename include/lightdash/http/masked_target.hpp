// Request targets as a log may keep them.
#pragma once

#include <string>
#include <string_view>

namespace lightdash::http {

// `target` as sent, with *** in place of every query value whose name says that it is a secret (token, password,
// apiKey, signature …, however it is spelt or percent-encoded), and of every query value and path segment that looks
// like one: a personal access token, a JSON Web Token, a long random text. Ids and search words stay.
std::string masked_target(std::string_view target);

} // namespace lightdash::http
