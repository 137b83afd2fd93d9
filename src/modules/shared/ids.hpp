// The ids of the domain.
#pragma once

#include "lightdash/core/strong_id.hpp"

namespace lightdash {

using organization_id = strong_id<struct organization_tag>;
using user_id = strong_id<struct user_tag>;
using mail_id = strong_id<struct mail_tag>;
using group_id = strong_id<struct group_tag>;
using space_id = strong_id<struct space_tag>;
using version_id = strong_id<struct version_tag>;
using query_id = strong_id<struct query_tag>;
using result_id = strong_id<struct result_tag>;
using credentials_id = strong_id<struct credentials_tag>;
using project_id = strong_id<struct project_tag>;
using chart_id = strong_id<struct chart_tag>;
using dashboard_id = strong_id<struct dashboard_tag>;
using tile_id = strong_id<struct tile_tag>;
using token_id = strong_id<struct token_tag>;

} // namespace lightdash
