// The README's session, with the client that openapi-typescript and openapi-fetch make of the description.
import createClient from 'openapi-fetch';
import type {paths} from './api.js';

declare const process: {env: Record<string, string | undefined>; exit(code: number): never};

const url = process.env.API_URL;
const token = process.env.API_TOKEN;
if (!url || !token) throw new Error('API_URL and API_TOKEN say where the server is, and as whom to ask');
const nobody = createClient<paths>({baseUrl: url});
const api = createClient<paths>({baseUrl: url, headers: {Authorization: `ApiKey ${token}`}});

function same(what: string, told: unknown, expected: unknown) {
    if (JSON.stringify(told) === JSON.stringify(expected)) return;
    console.log(`${what}: ${JSON.stringify(told)} instead of ${JSON.stringify(expected)}`);
    process.exit(1);
}

const ready = await nobody.GET('/api/v1/readyz');
same('readyz', ready.data, {status: 'ready'});
const user = await api.GET('/api/v1/user');
same('role', user.data?.results.role, 'admin');
const projects = await api.GET('/api/v1/org/projects');
const listed = projects.data?.results;
const project = (Array.isArray(listed) ? listed : listed?.data)?.[0]?.projectUuid;
if (!project) throw new Error('there is no project');
const made = await api.POST('/api/v1/projects/{project}/dashboards', {
    params: {path: {project}},
    body: {
        name: 'My board',
        tiles: [{type: 'markdown', x: 0, y: 0, w: 12, h: 4, properties: {title: 'Hello', content: '# Hi'}}],
    },
});
const dashboard = made.data?.results.uuid;
if (!dashboard) throw new Error('no dashboard was made');
const at = {params: {path: {dashboard}}};
const read = await api.GET('/api/v1/dashboards/{dashboard}', at);
same('name', read.data?.results.name, 'My board');
const tile = read.data?.results.tiles[0];
same('tile', tile?.type === 'markdown' && tile.properties.content, '# Hi');
const renamed = await api.PATCH('/api/v1/dashboards/{dashboard}', {...at, body: {name: 'Renamed'}});
same('renamed', renamed.data?.results.name, 'Renamed');
const refused = await api.PATCH('/api/v1/dashboards/{dashboard}', {...at, body: {name: ''}});
same('refused', [refused.error?.error.statusCode, refused.error?.error.name], [422, 'ValidateError']);
const removed = await api.DELETE('/api/v1/dashboards/{dashboard}', at);
same('removed', removed.data, {status: 'ok', results: {charts: []}});
const stranger = await nobody.GET('/api/v1/org');
same('nobody', stranger.error?.error.name, 'AuthorizationError');
console.log('the session went through');
