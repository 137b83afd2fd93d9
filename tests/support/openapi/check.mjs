// node check.mjs openapi.json answers.jsonl: every answer against the schema that the description has for its route and
// status; every body that was taken against the route's. Prints what does not fit, one line each.
import {readFileSync} from 'node:fs';
import Ajv from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

const description = JSON.parse(readFileSync(process.argv[2], 'utf8'));

// An answer has no members but the described ones: what is added must be described, too.
function close(schema) {
    if (!schema || typeof schema !== 'object') return;
    if (schema.type === 'object' && schema.properties && !('additionalProperties' in schema))
        schema.additionalProperties = false;
    Object.values(schema).forEach(close);
}
const taken = new Ajv({strict: false, validateFormats: true});
const told = new Ajv({strict: false, validateFormats: true});
[taken, told].forEach(formats);
taken.addSchema(structuredClone(description), 'api');
close(description);
told.addSchema(description, 'api');

const escape = text => text.replaceAll('~', '~0').replaceAll('/', '~1');
let faults = 0;
const fault = (entry, text) => {
    faults += 1;
    console.log(`${entry.method} ${entry.pattern} ${entry.status}: ${text}`);
};
function check(entry, by, pointer, value) {
    const validate = by.compile({$ref: `api#${pointer}`});
    if (!validate(value)) fault(entry, `${by.errorsText(validate.errors)} in ${JSON.stringify(value).slice(0, 300)}`);
}

for (const line of readFileSync(process.argv[3], 'utf8').split('\n').filter(Boolean)) {
    const entry = JSON.parse(line);
    const method = entry.method.toLowerCase();
    const operation = description.paths[entry.pattern]?.[method];
    if (!operation) { fault(entry, 'is not described'); continue; }
    const at = `/paths/${escape(entry.pattern)}/${method}`;
    const response = operation.responses[entry.status];
    if (!response) { fault(entry, 'this status is not described'); continue; }
    const where = response.$ref ? response.$ref.slice(1) : `${at}/responses/${entry.status}`;
    check(entry, told, `${where}/content/application~1json/schema`, entry.answer);
    if (entry.body !== undefined && entry.status < 300)
        check(entry, taken, `${at}/requestBody/content/application~1json/schema`, entry.body);
}
process.exit(faults ? 1 : 0);
