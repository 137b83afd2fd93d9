#include "lightdash/modules/users/store.hpp"

namespace lightdash {

task<user_account> user_store::by_id(pg::session& db, user_id id)
{
    static const pg::statement find{"users.by_id", R"(
        select u.id as user_uuid, u.email, u.first_name, u.last_name, o.id as organization_uuid,
               o.name as organization_name, coalesce(o.created_at, 'epoch'::timestamp) as organization_created_at, u.role,
               coalesce(u.is_active, false) as is_active, u.password_hash is null as is_pending,
               coalesce(u.created_at, 'epoch'::timestamp) as created_at,
               coalesce(u.updated_at, 'epoch'::timestamp) as updated_at
        from users u join organizations o on o.id = u.organization_id
        where u.id = $1)"};
    return db.one<user_account>(find, id);
}

task<user_store::page> user_store::list(pg::session& db, organization_id organization, std::string pattern,
                                        page_request wanted)
{
    static const pg::statement count{"users.count", R"(
        select count(*) from users
        where organization_id = $1
          and ($2 = '%' or email ilike $2 or first_name || ' ' || last_name ilike $2))"};
    static const pg::statement page_of{"users.list", R"(
        select id as user_uuid, coalesce(created_at, 'epoch'::timestamp) as user_created_at,
               coalesce(updated_at, 'epoch'::timestamp) as user_updated_at, first_name, last_name, email,
               organization_id as organization_uuid, role, coalesce(is_active, false) as is_active,
               password_hash is null as is_pending
        from users
        where organization_id = $1
          and ($2 = '%' or email ilike $2 or first_name || ' ' || last_name ilike $2)
        order by email)" LIGHTDASH_PAGE("$3", "$4")};
    pg::flight both;
    const auto total = both.add(count, organization, pattern);
    const auto rows = both.add(page_of, organization, pattern, wanted.size, wanted.offset());
    co_await db.send(both);
    co_return page{both.all<organization_member>(rows), both.one<std::int64_t>(total)};
}

task<user_id> user_store::create(pg::session& db, std::string_view organization_name, const new_user& user)
{
    static const pg::statement insert{"users.create", R"(
        with existing as (
            select id from organizations where name = $1 order by created_at, id limit 1
        ), made as (
            insert into organizations (name) select $1 where not exists (select from existing) returning id
        )
        insert into users (email, first_name, last_name, password_hash, role, organization_id)
        select lower($2), $3, $4, nullif($5, ''), $6, o.id
        from (select id from existing union all select id from made) o
        returning id)"};
    return db.one<user_id>(insert, organization_name, user.email, user.first_name, user.last_name, user.password_hash,
                           user.role);
}

} // namespace lightdash
