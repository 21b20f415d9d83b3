import type { EmulatorOptions } from '../src/options.js';
import { call, start } from './support.js';

/** A session as its creator gets to see it. */
export interface CreatedSession {
  readonly session_id: string;
  readonly session_number: number;
  readonly session_token: string;
  readonly url: string;
  readonly status: string;
  readonly [member: string]: unknown;
}

/** Starts an emulator with one workflow. */
export async function startWithWorkflow(config: object = {}, options: EmulatorOptions = {}) {
  const emulator = await start(options);
  const workflowId = await createWorkflow(emulator, { features: [{ feature: 'LIVENESS', config }] });
  return { emulator, workflowId };
}

/** Creates a workflow and gives its identifier. */
export async function createWorkflow(emulator: { readonly url: string }, more: object): Promise<string> {
  const { body } = await call(emulator, '/v3/workflows/', { body: { workflow_label: 'Step-up', ...more } });
  return String(body['uuid']);
}

/** Creates a session that must succeed. */
export async function createSession(emulator: { readonly url: string }, body: object): Promise<CreatedSession> {
  const answer = await call(emulator, '/v3/session/', { body });
  if (answer.status !== 201) {
    throw new Error(`no session: ${answer.status} ${JSON.stringify(answer.body)}`);
  }
  return answer.body as unknown as CreatedSession;
}
