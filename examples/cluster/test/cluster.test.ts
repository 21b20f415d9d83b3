import { describe, expect, it } from '@jest/globals';
import { useTakenPort } from '../../../test/support/taken-port.js';
import { describeCluster } from './cluster.contract.js';
import { RunningCluster } from './running-cluster.js';

describeCluster('the Express example', []);

describe('a cluster whose only process ends again and again', () => {
  it('waits before it starts the next', async () => {
    const cluster = new RunningCluster([], { WORKERS: '1' });
    await cluster.urls();

    process.kill(cluster.workers()[0] ?? Number.NaN, 'SIGKILL');
    await cluster.until(/^worker 1 ended \(SIGKILL\); another starts in 0 ms/m);
    await cluster.until(/^worker 2 is process/m);
    process.kill(cluster.workers()[1] ?? Number.NaN, 'SIGKILL');
    await cluster.until(/^worker 2 ended \(SIGKILL\); another starts in 500 ms/m);
    cluster.kill();

    expect(await cluster.ended()).toBe(0);
  });
});

describe('a cluster that cannot start', () => {
  const port = useTakenPort();

  it('says once that the port is taken, and exits with 1 instead of trying again', async () => {
    const cluster = new RunningCluster([], { PORT: port() });

    expect(await cluster.ended()).toBe(1);
    expect(cluster.printed.match(new RegExp(`${port()} is taken`, 'g'))).toHaveLength(1);
    expect(cluster.printed).not.toMatch(/^ready/m);
  });

  it.each(['0', '65', 'two'])('says how many processes there may be, and not %s', async (count) => {
    const cluster = new RunningCluster([], { WORKERS: count });

    expect(await cluster.ended()).toBe(1);
    expect(cluster.printed).toContain(`WORKERS is "${count}"; allowed: a number of processes from 1 to 64`);
  });
});
