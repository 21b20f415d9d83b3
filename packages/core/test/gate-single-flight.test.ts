import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { type Flown, SingleFlight } from '../src/gate/single-flight.js';
import { rejectionOf } from './support/server.js';

/** Calls that end when the test says so. */
function heldCalls() {
  const calls: { readonly signal: AbortSignal; land: (value: string) => void; fail: (error: Error) => void }[] = [];
  const start = (signal: AbortSignal) =>
    new Promise<string>((resolve, reject) => {
      calls.push({ signal, land: resolve, fail: reject });
    });
  return { calls, start };
}

/** Lets everything that can go on do so. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('a single flight', () => {
  it('is one call for all who ask the same at the same time, and one of them pays (E01)', async () => {
    const flights = new SingleFlight<string>();
    const { calls, start } = heldCalls();
    const waiting = Array.from({ length: 50 }, () => flights.run('a', start));
    calls[0]?.land('answer');

    const flown = await Promise.all(waiting);

    expect(calls).toHaveLength(1);
    expect(flown).toEqual([
      { kind: 'landed', value: 'answer', pays: true },
      ...Array.from({ length: 49 }, () => ({ kind: 'landed', value: 'answer', pays: false })),
    ]);
  });

  it('is another one for another name (E02, P19)', async () => {
    const flights = new SingleFlight<string>();
    const { calls, start } = heldCalls();
    const waiting = [flights.run('a', start), flights.run('b', start)];
    calls[0]?.land('of a');
    calls[1]?.land('of b');

    expect(await Promise.all(waiting)).toMatchObject([{ value: 'of a' }, { value: 'of b' }]);
  });

  it('keeps nothing for whoever comes after it has landed (E07)', async () => {
    const flights = new SingleFlight<string>();
    const { calls, start } = heldCalls();
    const first = flights.run('a', start);
    calls[0]?.land('first');
    await first;
    const second = flights.run('a', start);
    calls[1]?.land('second');

    expect(await second).toEqual({ kind: 'landed', value: 'second', pays: true });
  });

  it('fails for all of them alike, and for nobody after them (E06)', async () => {
    const flights = new SingleFlight<string>();
    const { calls, start } = heldCalls();
    const errors = Promise.all([rejectionOf(flights.run('a', start)), rejectionOf(flights.run('a', start))]);
    const fault = new Error('fault');
    calls[0]?.fail(fault);

    expect(await errors).toEqual([fault, fault]);
    void flights.run('a', start);
    expect(calls).toHaveLength(2);
  });

  it('goes on for those who stay, of whom the next one pays (E05)', async () => {
    const flights = new SingleFlight<string>();
    const { calls, start } = heldCalls();
    const controller = new AbortController();
    const leaver = flights.run('a', start, controller.signal);
    const stayer = flights.run('a', start);

    controller.abort();

    expect(await leaver).toEqual({ kind: 'left' });
    expect(calls[0]?.signal.aborted).toBe(false);
    calls[0]?.land('answer');
    expect(await stayer).toEqual({ kind: 'landed', value: 'answer', pays: true });
  });

  it('is aborted by the last one who leaves, and is not joined any more (E05)', async () => {
    const flights = new SingleFlight<string>();
    const { calls, start } = heldCalls();
    const controller = new AbortController();
    const last = flights.run('a', start, controller.signal);

    controller.abort();
    const next = flights.run('a', start);

    expect(calls.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    calls[0]?.land('how the first ended');
    calls[1]?.land('answer');
    expect(await last).toEqual({ kind: 'landed', value: 'how the first ended', pays: true });
    expect(await next).toEqual({ kind: 'landed', value: 'answer', pays: true });
  });

  it('does not end the next one of the same name when it lands late', async () => {
    const flights = new SingleFlight<string>();
    const { calls, start } = heldCalls();
    void flights.run('a', start, AbortSignal.abort());
    const second = flights.run('a', start);
    calls[0]?.land('late');
    await settled();

    const third = flights.run('a', start);

    expect(calls).toHaveLength(2);
    calls[1]?.land('answer');
    expect(await Promise.all([second, third])).toMatchObject([{ pays: true }, { pays: false }]);
  });

  it('lets go of the signals of those who waited', async () => {
    const flights = new SingleFlight<string>();
    const { calls, start } = heldCalls();
    const controller = new AbortController();
    const waiting = flights.run('a', start, controller.signal);
    calls[0]?.land('answer');
    await waiting;
    await settled();

    controller.abort();

    expect(calls[0]?.signal.aborted).toBe(false);
  });
});

/** What a plain model knows: who waits for which call. */
interface FlightModel {
  flights: { name: string; waiting: number[]; joinable: boolean; aborted: boolean; done: boolean }[];
  people: number;
}

interface RealFlights {
  readonly flights: SingleFlight<string>;
  readonly calls: { readonly signal: AbortSignal; land: (value: string) => void }[];
  readonly start: (signal: AbortSignal) => Promise<string>;
  readonly people: { readonly abort: () => void; result: Flown<string> | undefined }[];
}

class Ask implements fc.AsyncCommand<FlightModel, RealFlights> {
  constructor(readonly name: string) {}
  check = () => true;
  toString = () => `ask(${this.name})`;

  async run(model: FlightModel, { flights, start, people, calls }: RealFlights): Promise<void> {
    const controller = new AbortController();
    const person: RealFlights['people'][number] = { abort: () => controller.abort(), result: undefined };
    people.push(person);
    void flights.run(this.name, start, controller.signal).then((flown) => (person.result = flown));
    const self = (model.people += 1) - 1;
    const joined = model.flights.find(({ name, joinable }) => name === this.name && joinable);
    if (joined) joined.waiting.push(self);
    else model.flights.push({ name: this.name, waiting: [self], joinable: true, aborted: false, done: false });
    await settled();
    expect(calls).toHaveLength(model.flights.length);
  }
}

class Leave implements fc.AsyncCommand<FlightModel, RealFlights> {
  constructor(readonly index: number) {}
  check = ({ people }: Readonly<FlightModel>) => people > 0;
  toString = () => `leave(${this.index})`;

  async run(model: FlightModel, { people, calls }: RealFlights): Promise<void> {
    const self = this.index % model.people;
    people[self]?.abort();
    await settled();
    const flight = model.flights.find(({ waiting, done }) => !done && waiting.includes(self));
    if (!flight) return;
    if (flight.waiting.length > 1) {
      flight.waiting = flight.waiting.filter((one) => one !== self);
      expect(people[self]?.result).toEqual({ kind: 'left' });
    } else {
      flight.joinable = false;
      flight.aborted = true;
    }
    expect(calls.map(({ signal }) => signal.aborted)).toEqual(model.flights.map(({ aborted }) => aborted));
  }
}

class Land implements fc.AsyncCommand<FlightModel, RealFlights> {
  constructor(readonly index: number) {}
  check = ({ flights }: Readonly<FlightModel>) => flights.some(({ done }) => !done);
  toString = () => `land(${this.index})`;

  async run(model: FlightModel, { people, calls }: RealFlights): Promise<void> {
    const open = model.flights.filter(({ done }) => !done);
    const flight = open[this.index % open.length];
    if (!flight) throw new Error('nothing flies');
    const number = model.flights.indexOf(flight);
    flight.done = true;
    flight.joinable = false;
    calls[number]?.land(`answer ${number}`);
    await settled();
    const results = flight.waiting.map((self) => people[self]?.result);
    expect(results).toEqual(
      flight.waiting.map((_, place) => ({ kind: 'landed', value: `answer ${number}`, pays: place === 0 })),
    );
  }
}

describe('single flights under any order of asking, leaving and landing', () => {
  it('share, and are paid for, as a plain model says (E01, E02, E05, E06, P5, P19)', async () => {
    const commands = fc.commands(
      [
        fc.constantFrom('a', 'b').map((name) => new Ask(name)),
        fc.nat(10).map((index) => new Leave(index)),
        fc.nat(10).map((index) => new Land(index)),
      ],
      { maxCommands: 40 },
    );
    await fc.assert(
      fc.asyncProperty(commands, async (steps) => {
        const { calls, start } = heldCalls();
        const real = { flights: new SingleFlight<string>(), calls, start, people: [] };
        await fc.asyncModelRun(() => ({ model: { flights: [], people: 0 }, real }), steps);
      }),
      { numRuns: 100 },
    );
  });
});
