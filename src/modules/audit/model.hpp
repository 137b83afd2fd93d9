// What the audit log tells.
#pragma once

#include "lightdash/api/query.hpp"
#include "lightdash/core/describe.hpp"
#include "modules/shared/ids.hpp"
#include "modules/shared/values.hpp"

#include <optional>
#include <string>

namespace lightdash::audit {

// One line of GET /org/audit-log. Whoever did it may be gone: then only the e-mail that they had is left.
struct entry {
    lightdash::uuid uuid;
    pg::timestamptz created_at;
    std::optional<user_id> user_uuid;
    std::string user_email;
    std::string action, subject; // as the names of scopes: "manage", "Group"
    std::optional<lightdash::uuid> subject_uuid;
    pg::json_text detail; // an object
    std::optional<std::string> request_id;
};
LIGHTDASH_DESCRIBE(entry, uuid, created_at, user_uuid, user_email, action, subject, subject_uuid, detail, request_id)

// Its query parameters; `from` and `to` are times, of which the first is in and the second is not.
struct entry_query {
    api::page_request page;
    std::optional<std::string> action, subject;
    std::optional<user_id> user_uuid;
    std::optional<std::string> from, to;
};
LIGHTDASH_DESCRIBE(entry_query, page, action, subject, user_uuid, from, to)

} // namespace lightdash::audit
