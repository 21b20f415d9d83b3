import { didYouMean } from './suggestion.js';

/** The checks that take a picture; the path of each is `/v3/<name>/`. */
export const PICTURE_ENDPOINT_NAMES = ['passive-liveness', 'face-match', 'age-estimation', 'face-search'] as const;

/** A check that takes a picture. */
export type PictureEndpointName = (typeof PICTURE_ENDPOINT_NAMES)[number];

/** The other endpoints of the API, which take JSON or nothing. */
export const OTHER_ENDPOINT_NAMES = [
  'health',
  'balance',
  'top-up',
  'create-workflow',
  'create-session',
  'decision',
  'delete-session',
  'webhook-destinations',
  'register',
  'verify-email',
  'resend-otp',
  'login',
  'verify-2fa',
  'organizations',
  'applications',
  'application',
] as const;

/** Any endpoint whose next answers can be scripted. */
export type EndpointName = PictureEndpointName | (typeof OTHER_ENDPOINT_NAMES)[number];

/** All endpoints whose next answers can be scripted, those with a picture first. */
export const ENDPOINT_NAMES: readonly EndpointName[] = [...PICTURE_ENDPOINT_NAMES, ...OTHER_ENDPOINT_NAMES];

/** Whether the value names an endpoint. */
export function isEndpointName(value: unknown): value is EndpointName {
  // `includes` wants its element type; whether the value has it is what is being asked.
  return ENDPOINT_NAMES.includes(value as EndpointName);
}

/** Whether the endpoint takes a picture, so that every scenario applies to it. */
export function isPictureEndpoint(name: EndpointName): name is PictureEndpointName {
  // As above.
  return PICTURE_ENDPOINT_NAMES.includes(name as PictureEndpointName);
}

/** Says that an endpoint does not exist, which one may be meant, and which exist. */
export function describeUnknownEndpoint(name: string): string {
  return `emulator: unknown endpoint "${name}".${didYouMean(name, ENDPOINT_NAMES)} Endpoints: ${ENDPOINT_NAMES.join(', ')}.`;
}
