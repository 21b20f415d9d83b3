import { describe, expect, it } from '@jest/globals';
import { parseCommandLine } from '../src/command-line.js';
import { ROW_IDS } from '../src/row.js';

const parse = (...args: string[]) => parseCommandLine(args, () => {});

describe('the command line', () => {
  it('measures every row at the usual sizes, seven times, unless told otherwise', () => {
    expect(parse()).toMatchObject({
      command: 'run',
      json: false,
      plan: { rows: ROW_IDS, designs: [], sizesBytes: [204_800, 1_048_576], withPeers: false, timing: { rounds: 7 } },
    });
  });

  it.each([
    [['--quick'], { plan: { rows: ['P1', 'P2', 'P3'], timing: { rounds: 5 } } }],
    [['--full'], { plan: { withPeers: true, sizesBytes: [51_200, 204_800, 1_048_576, 5_138_022] } }],
    [['check'], { command: 'check', plan: { rows: ['P1', 'P2', 'P6', 'P7'] } }],
    [['--only', 'P1,P6'], { plan: { rows: ['P1', 'P6'], designs: [] } }],
    [['--only', 'guard-express,pipe-node'], { plan: { rows: [], designs: ['guard-express', 'pipe-node'] } }],
    [
      ['profile', '--only', 'guard-express', '--sizes', '200KB'],
      { command: 'profile', plan: { sizesBytes: [204_800] } },
    ],
    [['threads', '--only', 'lean-express'], { command: 'threads', plan: { designs: ['lean-express'] } }],
    [['garbage', '--sizes', '1MB'], { command: 'garbage', plan: { sizesBytes: [1_048_576] } }],
    [['scale', '--rounds', '3', '--write'], { command: 'scale', write: true, plan: { timing: { rounds: 3 } } }],
    [['--rounds', '9', '--json'], { json: true, plan: { timing: { rounds: 9 } } }],
  ])('understands %j', (args, expected) => {
    expect(parse(...args)).toMatchObject(expected);
  });

  it.each([
    [['--only', 'P13'], 'name rows'],
    [['--only', 'P1,guard-express'], 'name rows'],
    [['--only', 'guard-fastify'], 'name rows'],
    [['--sizes', '200'], 'is no size'],
    [['--sizes', '6MB'], 'is not from 1KB to 5MB'],
    [['--rounds', '0'], 'is not 1 to 101'],
    [['measure'], 'is no command'],
    [['scale', 'check'], 'scale check is no command'],
    [['scale', '--sizes', '1MB'], '--sizes is no option of scale'],
    [['scale', '--only', 'P1'], '--only is no option of scale'],
    [['scale', '--full'], '--full is no option of scale'],
    [['garbage', '--write'], '--write is no option of garbage'],
    [['garbage', '--full'], '--full is no option of garbage'],
    [['garbage', '--only', 'P1'], 'garbage knows designs'],
    [['threads', '--rounds', '3'], '--rounds is no option of threads'],
    [['threads', '--only', 'P1'], 'threads knows designs'],
    [['profile', '--only', 'P1'], 'profile knows designs'],
    [['--fast'], 'fast'],
  ])('refuses %j', (args, message) => {
    expect(() => parse(...args)).toThrow(message);
  });
});
