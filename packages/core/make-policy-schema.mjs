// Writes the JSON Schema of policies beside the build, from the checks that definePolicy() makes.
import { writeFileSync } from 'node:fs';
import { policyJsonSchema } from './dist/esm/index.js';

writeFileSync('dist/policy.schema.json', `${JSON.stringify(policyJsonSchema(), null, 2)}\n`);
