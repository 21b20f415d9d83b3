// The Express example as it is built, started as `npm start` does.
//
// It keeps its accounts in memory, where a real application has a database: here they are counted and not kept, or the
// list would grow by some 150 bytes with every good request.
import { Accounts } from '../../examples/express-signup/dist/accounts.js';
import { start } from '../../examples/express-signup/dist/start.js';
import { answerTo, tellReady } from './processes.mjs';

const created = {};
const events = {};
Accounts.prototype.create = (email) => {
  const [kind] = email.split('.');
  created[kind] = (created[kind] ?? 0) + 1;
  return { id: email, email };
};

const [emulatorUrl] = process.argv.slice(2);
const { url } = await start({
  port: 0,
  apiKey: 'soak-key',
  emulatorUrl,
  onEvent: ({ type }) => (events[type] = (events[type] ?? 0) + 1),
});
answerTo('counts', () => ({ created, events }));
tellReady({ url });
