import { describe, expect, it } from '@jest/globals';
import { createLivenessGate, definePolicy, DiditClient, policyJsonSchema } from '@didit-liveness/core';
import { diditWebhook, requireLiveness } from '@didit-liveness/express';
import { diditWebhook as koaWebhook, requireLiveness as koaGuard } from '@didit-liveness/koa';
import { resolveUploadOptions } from '@didit-liveness/upload';
import { resolveEmulatorOptions } from '../../packages/emulator/src/options.js';
import { checkModuleOptions } from '../../packages/nestjs/src/module-options.js';
import { GUARD_OPTION_NAMES } from '../../packages/nestjs/src/route-options.js';
import { WEBHOOK_OPTION_NAMES } from '../../packages/nestjs/src/webhook-table.js';
import { allowedOptions, documentedMembers, documentedOptions } from '../support/option-tables.js';

const apiKey = 'key';
const secret = 'secret';

// What is written is compared with what the code says itself when it is given an option that nobody reads.
describe('the option table', () => {
  it.each<[string, string, (options: object) => unknown]>([
    ['packages/core/README.md', '## Options of `DiditClient`', (options) => new DiditClient(options as never)],
    [
      'packages/core/README.md',
      '## Options of `createLivenessGate`',
      (options) => createLivenessGate(options as never),
    ],
    ['packages/upload/README.md', '## Options', resolveUploadOptions],
    ['packages/express/README.md', '## Options', requireLiveness],
    ['packages/express/README.md', '## Webhooks', (options) => diditWebhook({ secret, ...options } as never)],
    ['packages/koa/README.md', '## Options', koaGuard],
    ['packages/koa/README.md', '## Webhooks', (options) => koaWebhook({ secret, ...options } as never)],
    ['packages/emulator/README.md', '## Options', resolveEmulatorOptions],
    ['docs/step-up.md', '## Options of `stepUp`', (stepUp) => requireLiveness({ apiKey, stepUp: stepUp as never })],
  ])('of %s below "%s" has a row for every option, and no other', (path, heading, give) => {
    expect(documentedOptions(path, heading)).toEqual(allowedOptions(give));
  });

  it('of packages/nestjs/README.md has a row for every option of the module and of @LivenessGuard(), and no other', () => {
    const ofModule = allowedOptions(checkModuleOptions);

    expect(documentedOptions('packages/nestjs/README.md', '## Module')).toEqual(
      [...new Set([...ofModule, ...GUARD_OPTION_NAMES])].toSorted(),
    );
  });

  it('of packages/nestjs/README.md has a row for every option of @DiditWebhook(), and no other', () => {
    expect(documentedOptions('packages/nestjs/README.md', '## Webhooks')).toEqual(WEBHOOK_OPTION_NAMES.toSorted());
  });

  it('of docs/policy.md has a row for every rule of a policy, and no other', () => {
    expect(documentedOptions('docs/policy.md', '## Options')).toEqual(policyPaths());
    expect(Object.keys(propertiesOf(policyJsonSchema())).toSorted()).toEqual(
      allowedOptions((options) => definePolicy(options)),
    );
  });

  it('of packages/core/README.md names the members of circuitBreaker', () => {
    const give = (circuitBreaker: object) => new DiditClient({ apiKey, circuitBreaker });

    expect(documentedMembers('packages/core/README.md', '## Options of `DiditClient`', 'circuitBreaker')).toEqual(
      allowedOptions(give),
    );
  });

  it.each(['express', 'koa', 'nestjs'])('of packages/%s/README.md names the members of match', (name) => {
    const heading = name === 'nestjs' ? '## Module' : '## Options';

    expect(documentedMembers(`packages/${name}/README.md`, heading, 'match')).toEqual(
      allowedOptions((match) => requireLiveness({ apiKey, match: match as never })),
    );
  });
});

/** The rules of a policy by their paths; tags have one row for all. */
function policyPaths(): string[] {
  const entries = Object.entries(propertiesOf(policyJsonSchema()));
  return entries
    .flatMap(([name, schema]) => {
      if (name === 'warnings') return 'warnings.<TAG>';
      const members = Object.keys(propertiesOf(schema));
      return members.length === 0 ? name : members.map((member) => `${name}.${member}`);
    })
    .toSorted();
}

function propertiesOf(schema: unknown): Readonly<Record<string, unknown>> {
  return (schema as { properties?: Record<string, unknown> }).properties ?? {};
}
