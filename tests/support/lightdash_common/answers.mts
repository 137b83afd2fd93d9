// What each route answers with success, in Lightdash's own types.
import type * as lightdash from '@lightdash/common';

// Members that answers leave out: each is of something that this server does not have (design: beyond its scope), or that
// came after the contract that it follows.
type LeftOut =
    | 'userId' // a number of Lightdash's own tables
    | 'roleUuid' // roles of one's own
    | 'timezone' // of a person
    | 'avatarUrl'
    | 'avatarGradient'
    | 'isInternal' // of Lightdash's staff
    | 'verification' // of content
    | 'colorPaletteUuid' // palettes beyond the organization's colours
    | 'resolvedColorPalette'
    | 'projectMemberAccessRole'
    | 'appCount' // data apps
    | 'purpose' // of an invite
    | 'createdByUserName'
    | 'queryTimezone'
    | 'useProjectTimezoneInFilters'
    | 'schedulerFailureNotifyRecipients' // deliveries
    | 'schedulerFailureIncludeContact'
    | 'schedulerFailureContactOverride'
    | 'agentSqlScope';

// A type as its JSON carries it: dates and enumerations are text, and what may be missing may be null, for clients that
// ask for every key.
type Json<T> = 0 extends 1 & T
    ? unknown
    : T extends Date
      ? string
      : T extends string
        ? `${T}`
        : T extends number | boolean | null | undefined
          ? T
          : T extends readonly (infer Element)[]
            ? readonly Json<Element>[]
            : {readonly [Key in keyof T as Key extends Needed<T> ? Key : never]: Json<T[Key]>} & {
                  readonly [Key in keyof T as Key extends Needed<T> ? never : Key]?: Json<T[Key]> | null;
              };
type Needed<T> = {
    [Key in keyof T]-?: undefined extends T[Key] ? never : Key extends LeftOut ? never : Key;
}[keyof T];

type Answer<Results> = {status: 'ok'; results: Json<Results>};
type Done = {status: 'ok'};
// What is paged where Lightdash's list is a plain array.
type List<Element> = {status: 'ok'; results: readonly Json<Element>[] | Json<lightdash.KnexPaginatedData<Element[]>>};

// As fields have faults: a map of what is wrong with each (1.2).
export type Refusal = {
    status: 'error';
    error: Omit<Json<lightdash.ApiErrorDetail>, 'data'> & {data: Record<string, unknown>; requestId: string};
};

// Previews that expire are none of ours.
type Project = Omit<lightdash.Project, 'expiresAt'>;
// The keys that make sense here (1.5).
type Health = Pick<
    lightdash.HealthState,
    | 'healthy'
    | 'mode'
    | 'version'
    | 'isAuthenticated'
    | 'requiresOrgRegistration'
    | 'localDbtEnabled'
    | 'hasEmailClient'
    | 'siteUrl'
> & {
    auth: Pick<lightdash.HealthState['auth'], 'disablePasswordAuthentication'>;
    query: Pick<lightdash.HealthState['query'], 'maxLimit' | 'defaultLimit' | 'maxPageSize'>;
};
// Whether the path to a space inherits is inheritParentPermissions here: spaces are flat. What lies in one is told in
// short, its breadcrumbs without hasAccess: who reads them has access.
type SpaceSummary = Omit<lightdash.SpaceSummary, 'inheritsFromOrgOrProject'>;
type Space = Omit<lightdash.Space, 'inheritsFromOrgOrProject' | 'queries' | 'dashboards' | 'breadcrumbs'>;
type SpaceContent = Omit<lightdash.SpaceContent, 'inheritParentPermissions'>;
// A dashboard that lies in its project's default space may tell none; a config has what was put into it.
type Dashboard = Omit<lightdash.Dashboard, 'spaceUuid' | 'spaceName' | 'config'>;
// Its rules speak of subjects that are ours, too (AuditLog).
type Caller = lightdash.ApiGetAuthenticatedUserResponse['results'] & {
    abilityRules: {action: string; subject: string; conditions?: Record<string, unknown>}[];
};


export interface Answers {
    'GET /api/v1/health': Answer<Health>;
    'POST /api/v1/login': Answer<lightdash.LightdashUser>;
    'GET /api/v1/logout': Done;
    'POST /api/v1/logout': Done;
    'POST /api/v1/user': Answer<lightdash.LightdashUser>;
    'POST /api/v1/user/password': Done;
    'GET /api/v1/user/identities': Answer<Record<string, lightdash.OpenIdIdentitySummary[]>>;
    'GET /api/v1/flash': Answer<lightdash.ApiFlashResults>;
    'POST /api/v1/password-reset': Done;
    'GET /api/v1/password-reset/{code}': Done;
    'POST /api/v1/user/password/reset': Done;
    'GET /api/v1/user': Answer<Caller>;
    'PATCH /api/v1/user/me': Answer<lightdash.LightdashUser>;
    'GET /api/v1/org/users': Answer<lightdash.ApiOrganizationMemberProfiles['results']>;
    'GET /api/v1/org/users/{user}': Answer<lightdash.OrganizationMemberProfile>;
    'GET /api/v1/org/users/email/{email}': Answer<lightdash.OrganizationMemberProfile>;
    'PATCH /api/v1/org/users/{user}': Answer<lightdash.OrganizationMemberProfile>;
    'DELETE /api/v1/org/user/{user}': Done;
    'GET /api/v1/user/me/personal-access-tokens': List<lightdash.PersonalAccessToken>;
    'POST /api/v1/user/me/personal-access-tokens': Answer<lightdash.PersonalAccessTokenWithToken>;
    'DELETE /api/v1/user/me/personal-access-tokens/{token}': Done;
    'PATCH /api/v1/user/me/personal-access-tokens/{token}/rotate': Answer<lightdash.PersonalAccessTokenWithToken>;
    'POST /api/v1/invite-links': Answer<lightdash.InviteLink>;
    'GET /api/v1/invite-links/{code}': Answer<lightdash.InviteLink>;
    'DELETE /api/v1/invite-links': Done;
    'GET /api/v1/org': Answer<lightdash.Organization>;
    'PATCH /api/v1/org': Done;
    'GET /api/v1/org/warehouse-credentials': List<lightdash.OrganizationWarehouseCredentials>;
    'POST /api/v1/org/warehouse-credentials': Answer<lightdash.OrganizationWarehouseCredentials>;
    'GET /api/v1/org/warehouse-credentials/{credentials}': Answer<lightdash.OrganizationWarehouseCredentials>;
    'PATCH /api/v1/org/warehouse-credentials/{credentials}': Answer<lightdash.OrganizationWarehouseCredentials>;
    'DELETE /api/v1/org/warehouse-credentials/{credentials}': Done;
    'GET /api/v1/org/projects': List<Omit<lightdash.OrganizationProject, 'expiresAt'>>;
    'POST /api/v1/org/projects': Answer<Omit<lightdash.ApiCreateProjectResults, 'project'> & {project: Project}>;
    'DELETE /api/v1/org/projects/{project}': Done;
    'GET /api/v1/projects/{project}': Answer<Project>;
    'PATCH /api/v1/projects/{project}': Done;
    'PATCH /api/v1/projects/{project}/details': Done;
    'PATCH /api/v1/projects/{project}/metadata': Done;
    'PATCH /api/v1/projects/{project}/schedulerSettings': Done;
    'GET /api/v1/org/groups': Answer<lightdash.ApiGroupListResponse['results']>;
    'POST /api/v1/org/groups': Answer<lightdash.GroupWithMembers>;
    'GET /api/v1/groups/{group}': Answer<lightdash.GroupWithMembers>;
    'PATCH /api/v1/groups/{group}': Answer<lightdash.GroupWithMembers>;
    'DELETE /api/v1/groups/{group}': Done;
    'GET /api/v1/groups/{group}/members': List<lightdash.GroupMember>;
    'PUT /api/v1/groups/{group}/members/{user}': Done;
    'DELETE /api/v1/groups/{group}/members/{user}': Done;
    'GET /api/v1/projects/{project}/access': List<lightdash.ProjectMemberProfile>;
    'POST /api/v1/projects/{project}/access': Done;
    'GET /api/v1/projects/{project}/user/{user}': Answer<lightdash.ProjectMemberProfile>;
    'PATCH /api/v1/projects/{project}/access/{user}': Done;
    'DELETE /api/v1/projects/{project}/access/{user}': Done;
    'GET /api/v1/projects/{project}/groupAccesses': List<lightdash.ProjectGroupAccess>;
    'POST /api/v1/groups/{group}/projects/{project}': Answer<lightdash.ProjectGroupAccess>;
    'PATCH /api/v1/groups/{group}/projects/{project}': Answer<lightdash.ProjectGroupAccess>;
    'DELETE /api/v1/groups/{group}/projects/{project}': Done;
    'GET /api/v1/projects/{project}/spaces': List<SpaceSummary>;
    'POST /api/v1/projects/{project}/spaces': Answer<Space>;
    'GET /api/v1/projects/{project}/spaces/{space}': Answer<Space>;
    'PATCH /api/v1/projects/{project}/spaces/{space}': Answer<Space>;
    'DELETE /api/v1/projects/{project}/spaces/{space}': Done;
    'POST /api/v1/projects/{project}/spaces/{space}/share': Done;
    'DELETE /api/v1/projects/{project}/spaces/{space}/share/{user}': Done;
    'POST /api/v1/projects/{project}/spaces/{space}/group/share': Done;
    'DELETE /api/v1/projects/{project}/spaces/{space}/group/share/{group}': Done;
    'GET /api/v1/projects/{project}/charts': List<lightdash.SpaceQuery>;
    'GET /api/v1/projects/{project}/chart-summaries': List<lightdash.ChartSummary>;
    'POST /api/v1/projects/{project}/saved': Answer<lightdash.SavedChart>;
    'GET /api/v1/saved/{chart}': Answer<lightdash.SavedChart>;
    'PATCH /api/v1/saved/{chart}': Answer<lightdash.SavedChart>;
    'DELETE /api/v1/saved/{chart}': Done;
    'POST /api/v1/saved/{chart}/version': Answer<lightdash.SavedChart>;
    'GET /api/v1/saved/{chart}/history': Answer<lightdash.ChartHistory>;
    'GET /api/v1/saved/{chart}/version/{version}': Answer<lightdash.ChartVersion>;
    'POST /api/v1/saved/{chart}/rollback/{version}': Done;
    'GET /api/v1/projects/{project}/dashboards': List<lightdash.DashboardBasicDetailsWithTileTypes>;
    'POST /api/v1/projects/{project}/dashboards': Answer<Dashboard>;
    'GET /api/v1/dashboards/{dashboard}': Answer<Dashboard>;
    'PATCH /api/v1/dashboards/{dashboard}': Answer<Dashboard>;
    'DELETE /api/v1/dashboards/{dashboard}': Done;
    'GET /api/v1/dashboards/{dashboard}/history': Answer<lightdash.DashboardHistory>;
    'POST /api/v1/dashboards/{dashboard}/rollback/{version}': Done;
    'GET /api/v2/content': Answer<lightdash.KnexPaginatedData<(lightdash.ChartContent | lightdash.DashboardContent | SpaceContent)[]>>;
    'POST /api/v2/content/{project}/restore': Done;
    'DELETE /api/v2/content/{project}/permanent': Done;
    'POST /api/v2/content/{project}/move': Done;
    'GET /api/v2/projects/{project}/saved/{chart}': Answer<lightdash.SavedChart>;
    'GET /api/v2/projects/{project}/dashboards/{dashboard}': Answer<Dashboard>;
    'GET /api/v2/orgs/{organization}/roles': Answer<Omit<lightdash.Role, 'level'>[]>;
    'GET /api/v2/orgs/{organization}/roles/assignments': Answer<lightdash.RoleAssignment[]>;
    'POST /api/v2/orgs/{organization}/roles/assignments/user/{user}': Answer<lightdash.RoleAssignment>;
    'GET /api/v2/projects/{project}/roles/assignments': Answer<lightdash.RoleAssignment[]>;
    'POST /api/v2/projects/{project}/roles/assignments/user/{user}': Answer<lightdash.RoleAssignment>;
    'DELETE /api/v2/projects/{project}/roles/assignments/user/{user}': Done;
    'POST /api/v2/projects/{project}/roles/assignments/group/{group}': Answer<lightdash.RoleAssignment>;
    'PATCH /api/v2/projects/{project}/roles/assignments/group/{group}': Answer<lightdash.RoleAssignment>;
    'DELETE /api/v2/projects/{project}/roles/assignments/group/{group}': Done;
    // Lightdash has no type for these: ours, or described by no more than its document.
    'GET /api/v2/content/deleted': unknown;
    'GET /api/v1/livez': unknown;
    'GET /api/v1/readyz': unknown;
    'GET /api/docs/openapi.json': unknown;
    'GET /api/v1/org/audit-log': unknown;
    'POST /api/v1/org/warehouse-credentials/{credentials}/test': unknown;
    'DELETE /api/v1/projects/{project}': unknown;
    'GET /api/v1/projects/{project}/results-cache-config': unknown;
    'PATCH /api/v1/projects/{project}/results-cache-config': unknown;
    'POST /api/v1/dashboards/{dashboard}/restore': unknown;
}
