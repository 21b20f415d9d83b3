import { describe, expect, it } from '@jest/globals';
import { canonicalJson } from '../src/canonical-json.js';
import { webhookHeaders } from '../src/webhook-signature.js';

/** Computed with Python from the published algorithm. */
const SECRET = '4tq0yVbN3cXk8Lr2mZsWfHj6pDgEa1oUuIiTtRrEeW0';
const BODY =
  '{"event_id":"0d0f4c1e-8a55-4f0c-9a4e-2f1f6b7c9d10","webhook_type":"status.updated","timestamp":1795392000,' +
  '"created_at":1795392000,"application_id":"5b7e0c52-3f7e-4f0a-8c2d-7d1a90e4b6aa","environment":"live",' +
  '"session_id":"c7a1d2f4-6b0e-4c38-9a11-52d0e7f3b8c6","status":"Approved","workflow_id":null,' +
  '"vendor_data":"usuario-\u00F1-42","metadata":{"flow":"withdrawal","amount":5.0},' +
  '"decision":{"liveness_checks":[{"status":"Approved","method":"PASSIVE","score":97.42}]}}';
const CANONICAL =
  '{"application_id":"5b7e0c52-3f7e-4f0a-8c2d-7d1a90e4b6aa","created_at":1795392000,"decision":{"liveness_checks":' +
  '[{"method":"PASSIVE","score":97.42,"status":"Approved"}]},"environment":"live",' +
  '"event_id":"0d0f4c1e-8a55-4f0c-9a4e-2f1f6b7c9d10","metadata":{"amount":5,"flow":"withdrawal"},' +
  '"session_id":"c7a1d2f4-6b0e-4c38-9a11-52d0e7f3b8c6","status":"Approved","timestamp":1795392000,' +
  '"vendor_data":"usuario-\u00F1-42","webhook_type":"status.updated","workflow_id":null}';

describe('webhookHeaders', () => {
  it('gives the signatures of the test vector', () => {
    expect(webhookHeaders(BODY, SECRET)).toEqual({
      'content-type': 'application/json',
      'user-agent': 'DiditWebhook/2.0 +https://didit.me',
      'x-timestamp': '1795392000',
      'x-signature': 'a7d6109dbf1aa2162c6d9cf8a03038f1e58539168a5118b4bc1cd86536569a37',
      'x-signature-v2': '49863af2de42bf73baf034a01bb6f070e1456f17590fadbc5f41696475a35f0d',
      'x-signature-simple': '24f2f9a6b472fecb825039610eea91723fb72f9a9587d644c779a6ac65228213',
    });
  });

  it('signs the canonical text of the vector', () => {
    expect(canonicalJson(JSON.parse(BODY))).toBe(CANONICAL);
  });

  it('takes an empty text for what is missing in the simple signature', () => {
    const [full, bare] = ['{"timestamp":1,"status":""}', '{"timestamp":1}'].map(
      (body) => webhookHeaders(body, SECRET)['x-signature-simple'],
    );

    expect(bare).toBe(full);
  });
});
