import 'reflect-metadata';
import { Agent, request } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Post } from '@nestjs/common';
import { sample } from '../../../test/support/pictures.js';
import { Liveness, LivenessGuard, LivenessModule, type LivenessResult, LivenessService } from '../src/index.js';
import { ADAPTERS } from './support/adapters.js';
import { startApp, type TestApp } from './support/app.js';

@Controller()
class SignupController {
  @Post('signup')
  @LivenessGuard()
  signup(@Liveness() { outcome }: LivenessResult) {
    return { outcome };
  }
}

let running: TestApp | undefined;

afterEach(async () => {
  await running?.emulator.close();
});

/** Sends a picture over a connection that is kept, as clients do. */
function signUp(url: string, agent: Agent): Promise<{ status: number | undefined; connection: string | undefined }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'image/png' };
    const sent = request(`${url}/signup`, { method: 'POST', agent, headers }, (answer) => {
      answer.resume().once('end', () => {
        resolve({ status: answer.statusCode, connection: answer.headers.connection });
      });
    });
    sent.once('error', reject).end(sample('approved.png'));
  });
}

describe.each(ADAPTERS)('the end of an application on %s', (_platform, createAdapter) => {
  it('F01 refuses what comes over kept connections, and is not kept from ending by them', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    running = await startApp({
      adapter: createAdapter(),
      metadata: (liveness) => ({ imports: [LivenessModule.forRoot(liveness)], controllers: [SignupController] }),
    });
    const { app, url, paidCalls } = running;
    expect(await signUp(url, agent)).toMatchObject({ status: 201 });

    // The first thing that Nest does when it ends.
    app.get(LivenessService).beforeApplicationShutdown();
    const late = await signUp(url, agent);
    await app.close();

    expect(late).toEqual({ status: 503, connection: 'close' });
    expect(paidCalls()).toBe(1);
    await expect(signUp(url, agent)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    agent.destroy();
  });
});
