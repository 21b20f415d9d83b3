import { PROBLEMS, type ProblemCode } from '@didit-liveness/core';
import { applyDecorators, type Type } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';

/** Options of {@link ApiLiveness}; give it what `@LivenessGuard()` on the same handler has. */
export interface ApiLivenessOptions {
  /** Name of the form field that holds the selfie. @defaultValue 'selfie' */
  readonly field?: string;
  /** Class of the text fields. @defaultValue a form with nothing but the selfie */
  readonly body?: Type;
}

/**
 * Describes a guarded handler in the OpenAPI document: the form with the selfie, and every problem it may answer with.
 *
 * @example
 * ```ts
 * import { Controller, Post } from '@nestjs/common';
 * import { LivenessGuard } from '@didit-liveness/nestjs';
 * import { ApiLiveness } from '@didit-liveness/nestjs/swagger';
 *
 * @Controller()
 * export class SignupController {
 *   @Post('signup')
 *   @ApiLiveness()
 *   @LivenessGuard()
 *   signup() {}
 * }
 * ```
 */
export function ApiLiveness({ field = 'selfie', body }: ApiLivenessOptions = {}): ClassDecorator & MethodDecorator {
  const file = { type: 'string', format: 'binary', description: 'One JPEG, PNG, WebP or TIFF of at most 5 MiB.' };
  const selfie = { type: 'object', required: [field], properties: { [field]: file } };
  return applyDecorators(
    ...(body ? [ApiExtraModels(body)] : []),
    ApiConsumes('multipart/form-data'),
    ApiBody({ required: true, schema: body ? { allOf: [{ $ref: getSchemaPath(body) }, selfie] } : selfie }),
    ...statuses().map((status) => ApiResponse(problemResponse(status))),
  );
}

function statuses(): readonly number[] {
  return [...new Set(Object.values(PROBLEMS).map(({ status }) => status))];
}

function problemResponse(status: number) {
  const codes = codesOf(status);
  const description = codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join(' ');
  return { status, description, content: { 'application/problem+json': { schema: problemSchema(status, codes) } } };
}

function codesOf(status: number): readonly ProblemCode[] {
  // The keys of the table are its codes.
  return (Object.keys(PROBLEMS) as ProblemCode[]).filter((code) => PROBLEMS[code].status === status);
}

function problemSchema(status: number, codes: readonly ProblemCode[]) {
  const text = { type: 'string' };
  const hint = { type: 'object', required: ['code', 'message'], properties: { code: text, message: text } };
  return {
    type: 'object',
    required: ['type', 'title', 'status', 'code', 'correlationId', 'retryable'],
    properties: {
      type: { type: 'string', format: 'uri' },
      title: text,
      status: { type: 'integer', enum: [status] },
      code: { type: 'string', enum: [...codes] },
      correlationId: text,
      retryable: { type: 'boolean' },
      hints: { type: 'array', items: hint },
    },
  };
}
