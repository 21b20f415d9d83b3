import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { type ArgumentsHost, Controller, Get, Res } from '@nestjs/common';
import { HttpAdapterHost, NestFactory } from '@nestjs/core';
import { LivenessException, LivenessExceptionFilter, LivenessModule } from '../src/index.js';
import { ADAPTERS } from './support/adapters.js';
import { moduleOf } from './support/app.js';
import { refusalOf } from './support/refusal.js';

@Controller()
class SignupController {
  @Get('refused')
  async refused() {
    throw new LivenessException(await refusalOf('unavailable'));
  }

  @Get('late')
  async late(@Res() response: { raw?: NodeJS.WritableStream } & NodeJS.WritableStream) {
    const raw = response.raw ?? response;
    raw.write('begun');
    raw.end();
    throw new LivenessException(await refusalOf('declined'));
  }
}

describe.each(ADAPTERS)('LivenessExceptionFilter on %s', (_, createAdapter) => {
  it('answers with the problem, its media type and its headers', async () => {
    const app = await start(createAdapter);

    const response = await fetch(`${await app.getUrl()}/refused`);

    expect(response.status).toBe(503);
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('retry-after')).toBe('10');
    expect(await response.json()).toMatchObject({
      code: 'liveness-unavailable',
      status: 503,
      correlationId: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
    });
    await app.close();
  });

  it('writes nothing after an answer that has begun', async () => {
    const app = await start(createAdapter);

    const response = await fetch(`${await app.getUrl()}/late`);

    expect(await response.text()).toBe('begun');
    await app.close();
  });
});

describe('LivenessExceptionFilter', () => {
  it('hands the exception on where there is no HTTP answer', async () => {
    const exception = new LivenessException(await refusalOf('declined'));
    const filter = new LivenessExceptionFilter(new HttpAdapterHost());

    expect(() => filter.catch(exception, { getType: () => 'rpc' } as unknown as ArgumentsHost)).toThrow(exception);
  });
});

async function start(createAdapter: (typeof ADAPTERS)[number][1]) {
  const metadata = { imports: [LivenessModule.forRoot({ apiKey: 'key' })], controllers: [SignupController] };
  const app = await NestFactory.create(moduleOf(metadata), createAdapter(), {
    logger: false,
    forceCloseConnections: true,
  });
  await app.listen(0, '127.0.0.1');
  return app;
}
