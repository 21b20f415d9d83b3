import { ADAPTERS } from '../../packages/nestjs/test/support/adapters.js';
import {
  startContractHost,
  startIdentityHost,
  startResilienceHost,
} from '../../packages/nestjs/test/support/contract-host.js';
import { describeBuffered } from './buffered.contract.js';
import { describeGuard } from './guard.contract.js';
import { describeIdentity } from './identity.contract.js';
import { describeMulter } from './multer.contract.js';
import { describeResilience } from './resilience.contract.js';

for (const [name, createAdapter] of ADAPTERS) {
  describeGuard(`Nest 12 on ${name}`, (options) => startContractHost(createAdapter(), options));
  describeBuffered(`Nest 12 on ${name}`, (options) => startContractHost(createAdapter(), options));
  describeMulter(`Nest 12 on ${name}`, (options) => startContractHost(createAdapter(), options));
  describeIdentity(`Nest 12 on ${name}`, (options, referenceOf) =>
    startIdentityHost(createAdapter(), options, referenceOf),
  );
  describeResilience(`Nest 12 on ${name}`, (options) => startResilienceHost(createAdapter(), options));
}
