import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hangUpSignal } from '../src/hang-up-signal.js';

describe('hangUpSignal', () => {
  const server = http.createServer();
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  async function request(): Promise<{ readonly client: net.Socket; readonly response: http.ServerResponse }> {
    // An address of a listening TCP server is never a pipe name.
    const client = net.connect((server.address() as AddressInfo).port, '127.0.0.1');
    const arrived = once(server, 'request');
    client.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n');
    const [, response] = (await arrived) as [http.IncomingMessage, http.ServerResponse];
    return { client, response };
  }

  it('A26 aborts when the client hangs up before it is answered', async () => {
    const { client, response } = await request();
    const signal = hangUpSignal(response);
    expect(signal.aborted).toBe(false);

    client.resetAndDestroy();
    await once(signal, 'abort');

    expect(signal.reason).toEqual(new Error('The client hung up before it was answered'));
  });

  it('A26 aborts when the client hangs up in the middle of the answer', async () => {
    const { client, response } = await request();
    const signal = hangUpSignal(response);
    response.write('half');

    client.resetAndDestroy();
    await once(signal, 'abort');

    expect(signal.aborted).toBe(true);
  });

  it('A26 is aborted from the start when the client is gone already', async () => {
    const { client, response } = await request();
    const closed = once(response, 'close');
    client.resetAndDestroy();
    await closed;

    expect(hangUpSignal(response).aborted).toBe(true);
  });

  it('stays quiet when the answer was finished', async () => {
    const { client, response } = await request();
    const signal = hangUpSignal(response);
    const closed = once(response, 'close');

    response.end('done');
    await closed;

    expect(signal.aborted).toBe(false);
    client.destroy();
  });
});
