import { randomUUID } from 'node:crypto';
import type { JsonObject } from './json-body.js';

/** A step of a workflow. */
export interface WorkflowFeature {
  readonly feature: string;
  readonly config?: JsonObject;
}

/** A workflow; the emulator never makes a second version of one. */
export interface Workflow {
  readonly uuid: string;
  readonly label: string;
  readonly status: string;
  readonly features: readonly WorkflowFeature[];
  /** How long its sessions live, in seconds. */
  readonly sessionSeconds: number;
}

/** The workflows of the account. */
export interface Workflows {
  /** The new workflow, undefined when there are fifty already. */
  add(workflow: Omit<Workflow, 'uuid'>): Workflow | undefined;
  get(uuid: string): Workflow | undefined;
}

/** Source: https://docs.didit.me/management-api/workflows (read 2026-11-22) */
const MAX_WORKFLOWS = 50;

/** Makes an account without workflows. */
export function createWorkflows(): Workflows {
  const workflows = new Map<string, Workflow>();
  return {
    add(given) {
      if (workflows.size >= MAX_WORKFLOWS) {
        return undefined;
      }
      const workflow = { ...given, uuid: randomUUID() };
      workflows.set(workflow.uuid, workflow);
      return workflow;
    },
    get: (uuid) => workflows.get(uuid.toLowerCase()),
  };
}

/** How a liveness step looks at the face. Assumption: `ACTIVE_3D` where the workflow does not say. */
export function livenessMethodOf({ features }: Workflow): string {
  const method = features.find(({ feature }) => feature === 'LIVENESS')?.config?.['face_liveness_method'];
  return typeof method === 'string' ? method.toUpperCase() : 'ACTIVE_3D';
}
