// Writes the JSON Schema of policies, from the checks that definePolicy() makes, into the package's own folder: there
// even the oldest way to resolve modules finds it.
import { writeFileSync } from 'node:fs';
import { policyJsonSchema } from './dist/esm/index.js';

writeFileSync('policy.schema.json', `${JSON.stringify(policyJsonSchema(), null, 2)}\n`);
