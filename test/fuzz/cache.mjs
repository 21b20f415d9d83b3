import { fileURLToPath } from 'node:url';

/** What a run leaves for the next one: inputs that reached new code, and what had to be fetched. */
export const CACHE = fileURLToPath(new URL('../../node_modules/.cache/didit-liveness-fuzz/', import.meta.url));
