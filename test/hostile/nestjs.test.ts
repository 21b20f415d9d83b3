import { ADAPTERS } from '../../packages/nestjs/test/support/adapters.js';
import { startContractHost } from '../../packages/nestjs/test/support/contract-host.js';
import { describeAnswers } from './answer.contract.js';
import { describeApplication } from './application.contract.js';
import { describeConnections } from './connection.contract.js';
import { describeInbound } from './inbound.contract.js';
import { describeParser } from './parser.contract.js';
import { describePictures } from './picture.contract.js';
import { describeUpstream } from './upstream.contract.js';

for (const [platform, createAdapter] of ADAPTERS) {
  const traits = platform === 'Fastify' ? ({ refusesMediaTypes: true } as const) : {};
  describeInbound(`Nest 12 on ${platform}`, (options) => startContractHost(createAdapter(), options), traits);
  describeConnections(`Nest 12 on ${platform}`, (options) => startContractHost(createAdapter(), options));
  describePictures(`Nest 12 on ${platform}`, (options) => startContractHost(createAdapter(), options));
  describeParser(`Nest 12 on ${platform}`, (options) => startContractHost(createAdapter(), options));
  describeAnswers(`Nest 12 on ${platform}`, (options) => startContractHost(createAdapter(), options));
  describeApplication(`Nest 12 on ${platform}`, (options) => startContractHost(createAdapter(), options));
  describeUpstream(`Nest 12 on ${platform}`, (options, onError) =>
    startContractHost(createAdapter(), options, onError),
  );
}
