/** What there is to know of a design without loading what it is made of. */
export interface DesignFacts {
  /** How tables call it. */
  readonly label: string;
  readonly summary: string;
  /** Whether it sends the picture upstream; the drain does not. */
  readonly calls: boolean;
}

/** Every design, by the name of its file in `designs/`. */
export const DESIGNS = {
  'express-fetch': {
    label: 'A',
    summary: 'Express 5, multer memoryStorage, global fetch with FormData and Blob: what people write today',
    calls: true,
  },
  'express-axios': { label: 'B', summary: 'Express 5, multer, axios with form-data', calls: true },
  'express-undici-form': { label: 'C', summary: 'Express 5, multer, undici with its FormData', calls: true },
  'koa-fetch': { label: 'K', summary: 'Koa 3, @koa/multer, global fetch', calls: true },
  'nest-fetch': { label: 'N', summary: 'Nest on Express, FileInterceptor, a service with fetch', calls: true },
  'guard-express': { label: 'guard/Express', summary: 'requireLiveness() as it comes, with a listener', calls: true },
  'guard-express-no-digest': { label: 'guard/Express, digest off', summary: 'the same without SHA-256', calls: true },
  'guard-koa': { label: 'guard/Koa', summary: 'requireLiveness() of the Koa package', calls: true },
  'guard-nest': { label: 'guard/Nest', summary: '@LivenessGuard() on Express', calls: true },
  'lean-express': {
    label: 'lean/Express',
    summary:
      'Express 5, the chunks between two delimiters, one corked write of node:http: a prototype without any check',
    calls: true,
  },
  'pipe-express': {
    label: 'pipe/Express',
    summary: 'Express 5, the raw body piped on by node:http: the floor of any Express guard',
    calls: true,
  },
  'pipe-node': { label: 'pipe', summary: 'the same without a framework', calls: true },
  'drain-express': { label: 'drain/Express', summary: 'Express 5, the body read and thrown away', calls: false },
} as const satisfies Readonly<Record<string, DesignFacts>>;

/** Name of a design. */
export type DesignName = keyof typeof DESIGNS;

/** Names of all designs. */
export const DESIGN_NAMES = Object.keys(DESIGNS) as DesignName[]; // the keys of a literal are what its type says

/** Whether there is a design of this name. */
export function isDesignName(name: string): name is DesignName {
  return Object.hasOwn(DESIGNS, name);
}
