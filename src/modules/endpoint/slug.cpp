#include "lightdash/modules/endpoint/slug.hpp"

#include "lightdash/core/uuid.hpp"

namespace lightdash {

std::string slug_of(std::string_view name)
{
    constexpr std::size_t longest = 200;
    std::string slug;
    bool gap = false;
    for (const char c : name) {
        const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
        if (!((lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9'))) {
            gap = !slug.empty();
            continue;
        }
        if (slug.size() + (gap ? 1 : 0) >= longest)
            break;
        if (gap)
            slug += '-';
        gap = false;
        slug += lower;
    }
    return slug.empty() ? "untitled" : slug;
}

std::string slug_with_suffix(std::string_view slug)
{
    return std::string{slug} + '-' + uuid::random().to_string().substr(0, 8);
}

} // namespace lightdash
