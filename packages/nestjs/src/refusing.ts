import type { LivenessRefusal } from '@didit-liveness/core';
import type { HttpAdapterHost } from '@nestjs/core';

/** Status of an answer that nobody reads: the client hung up. */
export const CLIENT_CLOSED_REQUEST = 499;

/** Headers that hold whichever filter answers; above all, not to use the connection again. */
export function prepareRefusal({ httpAdapter }: HttpAdapterHost, response: object, { headers }: LivenessRefusal): void {
  const { 'content-type': _, ...rest } = headers;
  for (const [name, value] of Object.entries(rest)) httpAdapter.setHeader(response, name, value);
}
