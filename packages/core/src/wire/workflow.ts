import { decodeJson, decodeObject, decodeString, firstMember } from './decoding.js';

/** A workflow that sessions can be made of. */
export interface CreatedWorkflow {
  readonly workflowId: string;
}

/**
 * The body of a 201 answer of `POST /v3/workflows/`: of its many members, the id.
 * Source: the OpenAPI document at https://github.com/api-evangelist/didit (read 2026-11-22).
 *
 * @throws {@link UndecodableError}
 */
export function decodeCreatedWorkflow(body: Uint8Array): CreatedWorkflow {
  const workflow = decodeObject(decodeJson(body), 'the body');
  return Object.freeze({ workflowId: decodeString(firstMember(workflow, ['uuid', 'workflow_id']), 'uuid') });
}
