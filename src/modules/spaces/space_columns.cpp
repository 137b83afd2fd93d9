#include "modules/spaces/space_columns.hpp"

#include "modules/spaces/model.hpp"

namespace lightdash::spaces {
namespace {

template <class Row>
sql::column_list space_columns()
{
    return sql::columns_of<Row>("s")
        .set("uuid", "s.id")
        .set("organization_uuid", "p.organization_id")
        .set("project_uuid", "s.project_id")
        .set("is_private", sql::raw("not s.inherits"))
        .set("inherit_parent_permissions", "s.inherits")
        .set("parent_space_uuid", sql::raw("null::uuid"))
        .set("path", "s.slug")
        .set("pinned_list_uuid", sql::raw("null::uuid"))
        .set("pinned_list_order", sql::raw("null::int8"));
}

// The roles of a user u: in the organization, of their own in the project, of their groups there, and what was granted
// in the space, to them and to their groups. Ranks count from the weakest, 1; 0 is none.
sql::raw roles_of_people()
{
    return sql::raw{
        "(select u.id, u.first_name, u.last_name, u.email, a.role as own_grant, coalesce(g.rank, 0) as group_grant, "
        "coalesce(array_position(roles.of_project, u.role::text), 0) as in_organization, "
        "coalesce(array_position(roles.of_project, m.role::text), 0) as in_project, coalesce(pg.rank, 0) as in_groups, "
        "roles.of_project, roles.of_space "
        "from (values (array['viewer', 'interactive_viewer', 'editor', 'developer', 'admin'], "
        "array['viewer', 'editor', 'admin'])) roles (of_project, of_space) "
        "join users u on u.organization_id = p.organization_id and u.is_active "
        "left join space_user_access a on a.space_id = s.id and a.user_id = u.id "
        "left join project_memberships m on m.project_id = p.id and m.user_id = u.id "
        "left join (select gm.user_id, max(array_position(array['viewer', 'editor', 'admin'], ga.role::text)) as rank "
        "from space_group_access ga join group_memberships gm on gm.group_id = ga.group_id where ga.space_id = s.id "
        "group by gm.user_id) g on g.user_id = u.id "
        "left join (select gm.user_id, max(array_position(array['viewer', 'interactive_viewer', 'editor', "
        "'developer', 'admin'], ga.role::text)) as rank from project_group_access ga join group_memberships gm on "
        "gm.group_id = ga.group_id where ga.project_id = p.id group by gm.user_id) pg on pg.user_id = u.id) person"};
}

// Who may do what in the space, and why (api.md 4.1): an admin of the organization or the project everything; else a
// grant of one's own decides, then the groups', and in a space that inherits the strongest role. Whoever was given the
// space stands before the others, who are left out beyond the longest list of the API.
sql::raw access_to_space()
{
    return sql::raw(
        "coalesce((select jsonb_agg(jsonb_build_object('userUuid', one.id, 'firstName', one.first_name, 'lastName', "
        "one.last_name, 'email', one.email, 'role', one.role, 'hasDirectAccess', one.own_grant is not null, "
        "'inheritedRole', one.inherited, 'inheritedFrom', one.inherited_from, 'projectRole', one.inherited) order by "
        "one.own_grant is null, one.email) from (select * from (select person.*, person.of_project[strongest.rank] as "
        "inherited, "
        "case when strongest.rank = 0 then null when person.in_organization = strongest.rank then 'organization' "
        "when person.in_project = strongest.rank then 'project' else 'group' end as inherited_from, "
        "case when strongest.rank = 5 then 'admin' when person.own_grant is not null then person.own_grant "
        "when strongest.rank = 0 then null when person.group_grant > 0 then person.of_space[person.group_grant] "
        "when not s.inherits then null when strongest.rank >= 3 then 'editor' else 'viewer' end as role from ?, "
        "lateral (select greatest(person.in_organization, person.in_project, person.in_groups) as rank) strongest) "
        "each_one where role is not null order by own_grant is null, email limit 5000) one), '[]')",
        roles_of_people());
}

} // namespace

sql::column_list summary_columns()
{
    return space_columns<space_summary>()
        .set("chart_count",
             sql::raw("(select count(*) from charts c where c.space_id = s.id and c.deleted_at is null)"))
        .set("dashboard_count",
             sql::raw("(select count(*) from dashboards d where d.space_id = s.id and d.deleted_at is null)"))
        .set("child_space_count", sql::raw("0::int8"))
        .set("access", sql::raw("array(select a.user_id from space_user_access a where a.space_id = s.id "
                                "order by a.created_at, a.user_id)"))
        .set("user_access",
             sql::raw("coalesce((select jsonb_build_object('userUuid', a.user_id, 'role', a.role, 'hasDirectAccess', "
                      "true) from space_user_access a where a.space_id = s.id and a.user_id = ?), 'null')",
                      sql::param<user_id>()));
}

sql::column_list full_columns()
{
    return space_columns<space>()
        .set("queries",
             sql::raw("coalesce((select jsonb_agg(jsonb_build_object('uuid', c.id, 'organizationUuid', "
                      "p.organization_id, 'projectUuid', c.project_id, 'spaceUuid', s.id, 'name', c.name, "
                      "'description', c.description, 'slug', c.slug, 'updatedAt', to_char(c.updated_at, "
                      "'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'), 'chartType', c.chart_config ->> 'type', 'views', 0, "
                      "'firstViewedAt', null, 'pinnedListUuid', null, 'pinnedListOrder', null) order by c.name, c.id) "
                      "from charts c where c.space_id = s.id and c.dashboard_id is null and c.deleted_at is null), "
                      "'[]')"))
        .set(
            "dashboards",
            sql::raw("coalesce((select jsonb_agg(jsonb_build_object('uuid', d.id, 'organizationUuid', "
                     "p.organization_id, 'projectUuid', d.project_id, 'spaceUuid', s.id, 'name', d.name, "
                     "'description', d.description, 'slug', d.slug, 'updatedAt', to_char(d.updated_at, "
                     "'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'), 'views', 0, 'firstViewedAt', null, 'pinnedListUuid', null, "
                     "'pinnedListOrder', null) order by d.name, d.id) from dashboards d where d.space_id = s.id and "
                     "d.deleted_at is null), '[]')"))
        .set("access", access_to_space())
        .set("groups_access",
             sql::raw("coalesce((select jsonb_agg(jsonb_build_object('groupUuid', g.id, 'groupName', g.name, "
                      "'spaceRole', a.role) order by g.name) from space_group_access a join groups g on g.id = "
                      "a.group_id where a.space_id = s.id), '[]')"))
        .set("child_spaces", sql::raw("'[]'::jsonb"))
        .set("breadcrumbs", sql::raw("jsonb_build_array(jsonb_build_object('uuid', s.id, 'name', s.name))"));
}

} // namespace lightdash::spaces
