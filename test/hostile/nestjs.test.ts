import { createFastifyAdapter } from '../../packages/nestjs/test/support/adapters.js';
import { startContractHost } from '../../packages/nestjs/test/support/contract-host.js';
import { describeHostile } from './every-contract.js';

describeHostile(
  'Nest 12 on Fastify',
  (options, onError) => startContractHost(createFastifyAdapter(), options, onError),
  { refusesMediaTypes: true },
);
