#include "http/request/request_id.hpp"

#include "http/request/target_text.hpp"

namespace lightdash::http {

bool is_request_id(std::string_view text) noexcept
{
    if (text.empty() || text.size() > 128)
        return false;
    for (char c : text)
        if (!text::is_unreserved(c) || c == '~')
            return false;
    return true;
}

} // namespace lightdash::http
