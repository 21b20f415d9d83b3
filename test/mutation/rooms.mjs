// What is changed, which tests have to notice, and how many of the changes, in percent. A room is judged by its own tests
// alone: that is stricter than the whole suite, and quicker.

const inCore = (file) => `packages/core/src/${file}`;
const core = (room, files, goal, without = []) => ({
  name: room,
  sources: [...files.map(inCore), ...without.map((file) => `!${inCore(file)}`)],
  folder: 'packages/core',
  goal,
});

const DECISION = ['route', 'upstream', 'problem', 'checked'].map((name) => `gate/${name}.ts`);

export const ROOMS = [
  { ...core('policy', ['policy/*.ts'], 100), tests: ['policy-*'] },
  { ...core('decision', DECISION, 100), tests: ['gate-*'] },
  { ...core('wire', ['wire/*.ts'], 100), tests: ['wire-*'] },
  { ...core('image', ['image/*.ts'], 90), tests: ['image-*'] },
  { ...core('gate', ['gate/*.ts'], 90, DECISION), tests: ['gate-*'] },
  { ...core('client', ['client/*.ts'], 90), tests: ['client-*'] },
  { ...core('webhook', ['webhook/*.ts'], 90), tests: ['webhook-*'] },
  {
    ...core('core', ['!(index).ts'], 90),
    tests: ['any-error', 'clock', 'errors', 'listener', 'options', 'shared-state'],
  },
  {
    name: 'upload',
    sources: ['packages/upload/src/!(index).ts'],
    folder: 'packages/upload',
    tests: ['!(public-api)'],
    goal: 90,
  },
];

/** The rooms that a run with little time is for: they decide who gets in. */
export const DECIDING = ['policy', 'decision'];
