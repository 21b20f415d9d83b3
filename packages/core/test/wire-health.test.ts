import { describe, expect, it } from '@jest/globals';
import { decodeHealth } from '../src/wire/health.js';
import { decodeCreatedWorkflow } from '../src/wire/workflow.js';
import { bodyOf } from './support/answers.js';

describe('decodeHealth', () => {
  it('knows one way of being well', () => {
    expect(decodeHealth(bodyOf({ status: 'ok', timestamp: '2026-11-20T09:20:00Z' }))).toEqual({ status: 'ok' });
    expect(() => decodeHealth(bodyOf({ status: 'OK' }))).toThrow("status is not 'ok'");
  });
});

describe('decodeCreatedWorkflow', () => {
  it.each([
    [{ uuid: 'a', workflow_id: 'b' }, 'a'],
    [{ workflow_id: 'b' }, 'b'],
  ])('finds the id in %j: %s', (answer, workflowId) => {
    expect(decodeCreatedWorkflow(bodyOf(answer))).toEqual({ workflowId });
  });
});
