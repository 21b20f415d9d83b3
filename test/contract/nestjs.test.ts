import { ADAPTERS } from '../../packages/nestjs/test/support/adapters.js';
import { startContractHost, startIdentityHost } from '../../packages/nestjs/test/support/contract-host.js';
import { describeGuard } from './guard.contract.js';
import { describeIdentity } from './identity.contract.js';

for (const [name, createAdapter] of ADAPTERS) {
  describeGuard(`Nest 12 on ${name}`, (options) => startContractHost(createAdapter(), options));
  describeIdentity(`Nest 12 on ${name}`, (options, referenceOf) =>
    startIdentityHost(createAdapter(), options, referenceOf),
  );
}
