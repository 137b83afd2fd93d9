// What a row of users u tells of a member of the organization.
#pragma once

#include "lightdash/sql/builder.hpp"
#include "modules/shared/columns.hpp"
#include "modules/users/model.hpp"

namespace lightdash::users {

template <class Row>
sql::column_list member_columns()
{
    return sql::columns_of<Row>("u")
        .set("user_uuid", "u.id")
        .set("user_created_at", or_epoch("u.created_at"))
        .set("user_updated_at", or_epoch("u.updated_at"))
        .set("organization_uuid", "u.organization_id")
        .set("is_active", sql::raw("coalesce(u.is_active, false)"))
        .set("is_pending", sql::raw("u.password_hash is null"))
        .set("is_invite_expired", sql::raw("u.password_hash is null and not exists (select from invite_links i where "
                                           "i.user_id = u.id and i.expires_at > now())"));
}

} // namespace lightdash::users
