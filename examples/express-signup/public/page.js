// The form works without this file. With it the page shows the samples, the picture and the answer in place.

const LARGEST_BYTES = 5 * 1024 * 1024;
const PATIENCE_MS = 60_000;

const [form, email, selfie, submit, verdict] = ['signup', 'email', 'selfie', 'submit', 'verdict'].map(byId);
const [canvas, noPreview] = ['preview', 'no-preview'].map(byId);

const MODES = {
  emulator: {
    note: 'This is a demo that talks to an emulator. Each sample picture carries the answer that it will get: no face is analysed, and pictures stay on the computer that runs the demo.',
    consent: 'I agree that my picture is checked for liveness',
  },
  didit: {
    note: 'Your picture is sent to Didit, which checks it and also searches the faces that it keeps for this service. Each check costs money.',
    consent: 'I agree that my picture is sent to Didit and checked for liveness',
  },
};

const TONES = { 'Account created': 'good', 'Asked to retake': 'mend', Refused: 'plain' };

const FORMATS = { jpg: 'JPEG', png: 'PNG', webp: 'WebP', tiff: 'TIFF' };

const REFUSED = {
  tone: 'plain',
  title: 'We cannot create this account',
  text: 'The check of your picture did not succeed, so no account was made.',
};

const UNAVAILABLE = {
  tone: 'plain',
  title: 'The check is not available just now',
  text: 'This is our trouble, not yours. Please try again in a moment.',
};

const UNREACHABLE = {
  tone: 'plain',
  title: 'The server could not be reached',
  text: 'Please look at your connection and try again. Your entries are still here.',
};

/** `mend` says what the person has to change: the picture or the e-mail address. */
const PROBLEMS = {
  'malformed-upload': { tone: 'mend', title: 'The upload did not arrive whole', text: 'Please send it once more.' },
  'selfie-missing': { tone: 'mend', mend: 'selfie', title: 'There was no picture', text: 'Please choose one.' },
  'selfie-duplicated': { tone: 'mend', mend: 'selfie', title: 'Too many pictures', text: 'Please choose just one.' },
  'upload-timeout': {
    tone: 'mend',
    mend: 'selfie',
    title: 'The upload took too long',
    text: 'Please try a smaller picture or a faster connection.',
  },
  'selfie-too-large': {
    tone: 'mend',
    mend: 'selfie',
    title: 'The picture is too large',
    text: 'Please choose one of at most 5 MB.',
  },
  'unsupported-media-type': {
    tone: 'mend',
    mend: 'selfie',
    title: 'This kind of file does not work',
    text: 'Please choose a JPEG, PNG, WebP or TIFF picture.',
  },
  'invalid-fields': {
    tone: 'mend',
    mend: 'email',
    title: 'Something in the form is not right',
    text: 'Please check your e-mail address.',
  },
  'selfie-unreadable': {
    tone: 'mend',
    mend: 'selfie',
    title: 'We could not read this picture',
    text: 'The file seems to be damaged or is not an ordinary photo. Please choose another one.',
  },
  'selfie-retake': {
    tone: 'mend',
    mend: 'selfie',
    title: 'Almost there: one more picture, please',
    text: 'Here is what will help:',
  },
  'liveness-declined': REFUSED,
  'review-required': {
    tone: 'plain',
    title: 'This sign-up needs a closer look',
    text: 'It could not be decided at once, so no account was made.',
  },
  'rate-limited': { tone: 'plain', title: 'That was a lot of tries', text: 'Please wait a little, then try again.' },
  'liveness-timeout': { ...UNAVAILABLE, title: 'The check took too long' },
};

form.addEventListener('submit', (event) => {
  event.preventDefault();
  void submitForm();
});
form.addEventListener('reset', clearPicture);
selfie.addEventListener('change', () => void useOwnFile());

void showMode();
void listAccounts();

// Signing up

async function submitForm() {
  const body = new FormData(form);
  body.delete('sample'); // which tile is marked concerns this page only

  setBusy(true);
  show({ tone: 'idle', text: 'Checking your picture ...' });
  const answer = await signUp(body);
  setBusy(false);

  show(answer);
  if (answer.tone !== 'good') return;

  form.reset();
  await listAccounts();
}

/** Sends the form; whatever happens, the result is something to show. */
async function signUp(body) {
  try {
    const response = await fetch(form.action, { method: 'POST', body, signal: AbortSignal.timeout(PATIENCE_MS) });
    const answer = await response.json();
    return response.status === 201 ? toWelcome(answer) : toProblem(response, answer);
  } catch (error) {
    if (error.name === 'TimeoutError') return PROBLEMS['liveness-timeout'];
    if (error.name === 'SyntaxError') return UNAVAILABLE; // not JSON: something between us and the server answered
    return UNREACHABLE;
  }
}

function toWelcome({ account, liveness }) {
  return {
    tone: 'good',
    title: 'Welcome!',
    text: `The account for ${account.email} is ready.`,
    facts: {
      Account: account.id,
      Outcome: liveness.outcome,
      Request: liveness.requestId,
      Picture: liveness.imageSha256,
      Policy: liveness.policyId,
    },
  };
}

function toProblem(response, { code, correlationId, hints = [] }) {
  const known = PROBLEMS[code] ?? (response.status >= 500 ? UNAVAILABLE : REFUSED);
  const seconds = Number(response.headers.get('retry-after'));
  const wait = seconds > 5 ? ` Best wait about ${seconds} seconds.` : '';
  return { ...known, text: known.text + wait, hints: hints.map((hint) => hint.message), correlationId };
}

function setBusy(busy) {
  submit.disabled = busy;
  submit.ariaBusy = String(busy);
  submit.textContent = busy ? 'Checking ...' : 'Create account';
  if (!busy) submit.focus({ preventScroll: true }); // a disabled button loses the focus
}

function show({ tone, title, text, hints = [], facts = {}, mend, correlationId }) {
  const again = element('button', { type: 'button', textContent: 'Choose another picture' });
  again.addEventListener('click', () => selfie.click());

  verdict.dataset.tone = tone;
  verdict.replaceChildren(
    ...(title ? [element('h2', { textContent: title })] : []),
    element('p', { textContent: text }),
    ...(hints.length > 0 ? [list(hints)] : []),
    ...(mend === 'selfie' ? [again] : []),
    ...(Object.keys(facts).length > 0 ? [definitions(facts)] : []),
    ...(correlationId ? [reference(correlationId)] : []),
  );
  verdict.scrollIntoView({ block: 'nearest' });
  if (mend === 'selfie') again.focus({ preventScroll: true });
  if (mend === 'email') email.focus();
}

function list(texts) {
  return element('ul', {}, ...texts.map((textContent) => element('li', { textContent })));
}

function definitions(facts) {
  const pairs = Object.entries(facts);
  return element(
    'dl',
    {},
    ...pairs.flatMap(([name, value]) => [
      element('dt', { textContent: name }),
      element('dd', { textContent: value ?? '-' }),
    ]),
  );
}

function reference(correlationId) {
  return element(
    'p',
    { className: 'small' },
    'If you ask us about this, mention ',
    element('code', { textContent: correlationId }),
  );
}

// The picture: the file input holds it, whether it came from the disk, the camera or the samples

async function useOwnFile() {
  for (const tile of document.querySelectorAll('input[name=sample]')) tile.checked = false;
  const [file] = selfie.files;
  if (!file) return clearPicture();

  const tooLarge = file.size > LARGEST_BYTES;
  selfie.setCustomValidity(tooLarge ? 'This picture is larger than 5 MB. Please choose a smaller one.' : '');
  if (tooLarge) selfie.reportValidity();
  await preview(file, `Your picture ${file.name}`);
}

async function useSample(sample, tile) {
  const file = await fetchSample(sample.file);
  const shown = sample.preview ? await fetchSample(sample.preview) : file;
  if (!tile.checked) return; // another one was chosen meanwhile

  const transfer = new DataTransfer();
  transfer.items.add(new File([file], sample.file, { type: file.type }));
  selfie.files = transfer.files;
  selfie.setCustomValidity('');
  await preview(shown, sample.alt);
}

async function fetchSample(file) {
  const response = await fetch(`/samples/${file}`);
  if (!response.ok) throw new Error(`GET /samples/${file} answered ${response.status}`);
  return response.blob();
}

/** Draws on a canvas, because `default-src 'self'` forbids pictures from `blob:` addresses. */
async function preview(picture, description) {
  const { files } = selfie;
  const bitmap = await createImageBitmap(picture).catch(() => null);
  if (selfie.files[0] !== files[0]) return;

  canvas.hidden = bitmap === null;
  noPreview.hidden = bitmap !== null;
  canvas.ariaLabel = description;
  noPreview.textContent = 'Your browser cannot show this picture, the check may still read it.';
  if (bitmap) drawCovering(bitmap);
}

function drawCovering(bitmap) {
  const scale = Math.max(canvas.width / bitmap.width, canvas.height / bitmap.height);
  const [width, height] = [bitmap.width * scale, bitmap.height * scale];
  canvas.getContext('2d').drawImage(bitmap, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
  bitmap.close();
}

function clearPicture() {
  selfie.setCustomValidity('');
  canvas.hidden = true;
  noPreview.hidden = true;
}

// What the server has: its mode, the samples, the accounts

async function showMode() {
  const { mode } = await getJson('/mode').catch(() => ({}));
  if (MODES[mode]) {
    byId('mode').textContent = MODES[mode].note;
    byId('consent-text').textContent = MODES[mode].consent;
  }
  const samples = mode === 'emulator' ? await getJson('/samples/index.json').catch(() => []) : [];
  byId('samples').hidden = samples.length === 0; // outside the demo: nobody should pay for a drawing
  showSamples(samples);
}

function showSamples(samples) {
  const groups = Object.keys(TONES).map((expect) =>
    toGroup(
      expect,
      samples.filter((sample) => sample.expect === expect),
    ),
  );
  byId('strip').replaceChildren(...groups);
}

function toGroup(expect, samples) {
  const group = element(
    'section',
    { className: 'group' },
    element('h2', { textContent: expect }),
    element('div', { className: 'tiles' }, ...samples.map(toTile)),
  );
  group.dataset.tone = TONES[expect];
  return group;
}

function toTile(sample) {
  const tile = element('input', { type: 'radio', name: 'sample', value: sample.file });
  tile.addEventListener('change', () => {
    useSample(sample, tile).catch(() => {
      tile.checked = false;
      show(UNREACHABLE);
    });
  });
  const format = FORMATS[sample.file.split('.').at(-1)];
  return element(
    'label',
    { className: 'sample' },
    tile,
    element('span', { className: 'title', textContent: sample.title }),
    element(
      'span',
      { className: 'thumb' },
      element('img', { alt: sample.alt, src: `/samples/${sample.preview ?? sample.file}`, width: 480, height: 600 }),
      element('span', { className: 'format', textContent: format }),
    ),
  );
}

async function listAccounts() {
  const { accounts } = await getJson('/accounts').catch(() => ({}));
  byId('accounts').replaceChildren(
    ...(accounts ?? []).map((account) =>
      element('li', {}, element('span', { textContent: account.email }), element('code', { textContent: account.id })),
    ),
  );
  byId('accounts-note').textContent = accounts ? 'None yet.' : 'The list could not be loaded.';
  byId('accounts-note').hidden = accounts?.length > 0;
}

async function getJson(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`GET ${path} answered ${response.status}`);
  return response.json();
}

function byId(id) {
  return document.getElementById(id);
}

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}
