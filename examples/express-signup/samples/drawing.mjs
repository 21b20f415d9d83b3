// Flat cartoon people as SVG text. Only paths and plain shapes: a font would make the pictures differ between machines.

export const WIDTH = 480;
export const HEIGHT = 600;

const INK = '#2b2333';

const BACK_HAIR = {
  bob: 'M128 405C96 220 140 112 240 112S384 220 352 405C350 424 302 424 300 402H180C178 424 130 424 128 405Z',
  long: 'M104 520C92 240 128 108 240 108S388 240 376 520C340 548 140 548 104 520Z',
  afro: 'M240 70C340 70 402 140 396 226C420 300 384 366 330 366H150C96 366 60 300 84 226C78 140 140 70 240 70Z',
  bun: 'M240 58C274 58 298 80 298 108S274 156 240 156S182 136 182 108S206 58 240 58Z',
};

const FRONT_HAIR = {
  short:
    'M144 276C124 150 184 116 246 120C314 116 356 168 336 276C332 240 322 216 304 204C262 224 206 220 178 204C160 220 150 246 144 276Z',
  bob: 'M148 268C146 190 190 150 240 150S334 190 332 268C302 252 290 220 282 200C250 238 190 250 148 268Z',
  long: 'M148 290C140 186 190 146 240 146S340 186 332 290C318 240 282 216 240 176C198 216 162 240 148 290Z',
  afro: 'M146 262C138 176 190 138 240 138S342 176 334 262C322 214 288 198 240 198S158 214 146 262Z',
  bun: 'M147 266C144 180 190 142 240 142S336 180 333 266C318 216 290 194 240 194S162 216 147 266Z',
  quiff:
    'M144 268C132 196 152 166 174 158C176 112 286 84 326 134C350 160 346 214 336 268C330 238 322 222 312 212C258 220 210 206 186 190C164 212 152 238 144 268Z',
};

const BEARD =
  'M149 286C150 384 188 430 240 430S330 384 331 286C324 330 302 344 276 336Q240 322 204 336C178 344 156 330 149 286Z';

/** Wraps drawn shapes into a complete picture. */
export function svg(...shapes) {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}">${shapes.join('')}</svg>`;
}

/** A plain wall with a disc behind the head. */
export function backdrop(wall, disc) {
  return `${cover(wall)}<circle cx="240" cy="270" r="205" fill="${disc}"/>`;
}

/** One colour over the whole picture, for example to darken it. */
export function cover(fill, opacity = 1) {
  return `<rect width="${WIDTH}" height="${HEIGHT}" fill="${fill}" fill-opacity="${opacity}"/>`;
}

/** Moves and scales shapes; `x` and `y` say where the top left corner of the picture lands. */
export function placed({ x, y, scale, turn = 0 }, ...shapes) {
  return `<g transform="translate(${x} ${y}) scale(${scale}) rotate(${turn})">${shapes.join('')}</g>`;
}

/** Head and shoulders. `over` is drawn last, on top of the face. */
export function person({ skin, shade, hair, style, top, over = '', beard = false, mouth = 'smile' }) {
  return [
    outline(BACK_HAIR[style], hair),
    shoulders(skin, shade, top),
    `<ellipse cx="149" cy="288" rx="19" ry="27" fill="${shade}"/><ellipse cx="331" cy="288" rx="19" ry="27" fill="${shade}"/>`,
    outline('M150 265C150 190 190 158 240 158S330 190 330 265C330 345 292 402 240 402S150 345 150 265Z', skin),
    `<g fill="#e8586a" fill-opacity=".3"><ellipse cx="184" cy="330" rx="19" ry="12"/><ellipse cx="296" cy="330" rx="19" ry="12"/></g>`,
    beard ? outline(BEARD, hair) : '',
    features(shade, hair),
    mouths[mouth],
    outline(FRONT_HAIR[style], hair),
    over,
  ].join('');
}

function shoulders(skin, shade, top) {
  return [
    outline('M30 600C36 506 104 462 204 440H276C376 462 444 506 450 600Z', top),
    outline('M200 380H280V438C280 474 200 474 200 438Z', skin),
    outline('M200 384H280V400C262 422 218 422 200 400Z', shade),
  ].join('');
}

function features(shade, brows) {
  return [
    `<g fill="${INK}"><ellipse cx="203" cy="287" rx="10" ry="13"/><ellipse cx="277" cy="287" rx="10" ry="13"/></g>`,
    `<g fill="#fff"><circle cx="206" cy="282" r="3.5"/><circle cx="280" cy="282" r="3.5"/></g>`,
    stroke('M182 257Q203 244 223 254M257 254Q277 244 298 257', brows, 8),
    stroke('M241 296Q228 322 246 325', shade, 6),
  ].join('');
}

const mouths = {
  smile: stroke('M206 350Q240 380 274 350', '#8c3140', 7),
  laugh: `${outline('M203 346Q240 358 277 346Q270 388 240 388T203 346Z', '#8c3140')}${outline('M210 350Q240 359 270 350L267 361Q240 369 213 361Z', '#fff')}`,
  flat: stroke('M214 358H266', '#8c3140', 7),
};

export const glasses = `<g fill="#fff" fill-opacity=".18" stroke="${INK}" stroke-width="6"><circle cx="200" cy="288" r="33"/><circle cx="280" cy="288" r="33"/><path d="M233 284Q240 278 247 284" fill="none"/></g>`;

/** Cap, dark glasses and a scarf up to the nose: hardly anything of the face is left to judge. */
export const wrappedUp = [
  outline('M140 330C170 344 310 344 340 330L352 440C300 476 180 476 128 440Z', '#b4413c'),
  stroke('M140 364C190 384 290 384 342 364M136 402C190 424 290 424 346 402', '#8f2f2e', 8),
  `<rect x="160" y="262" width="70" height="50" rx="20" fill="${INK}"/><rect x="250" y="262" width="70" height="50" rx="20" fill="${INK}"/>`,
  stroke('M150 276H330', INK, 8),
  outline('M136 238C124 136 184 100 240 100S356 136 344 238Z', '#3f5875'),
  outline(
    'M120 236C170 212 310 212 360 236C366 252 356 258 340 252C290 236 190 236 140 252C124 258 114 252 120 236Z',
    '#2f4359',
  ),
].join('');

/** The comic-book burglar: eye mask and woollen hat. */
export const burglar = [
  `<path fill="${INK}" fill-rule="evenodd" d="M146 270C180 248 300 248 334 270C338 300 322 322 296 322C268 322 262 304 240 304S212 322 184 322C158 322 142 300 146 270ZM184 288A19 18 0 1 0 222 288A19 18 0 1 0 184 288ZM258 288A19 18 0 1 0 296 288A19 18 0 1 0 258 288Z"/>`,
  outline('M142 232C136 136 190 104 240 104S344 136 338 232Z', '#3b3f4a'),
  `<rect x="132" y="212" width="216" height="42" rx="18" fill="#2a2d36"/>`,
].join('');

/** Joke-shop glasses with a nose and a moustache. */
export const disguise = [
  outline('M240 284C262 300 274 330 262 342C250 352 230 352 218 342C206 330 218 300 240 284Z', '#e79a86'),
  outline(
    'M240 344C262 336 296 344 306 366C282 378 256 374 240 362C224 374 198 378 174 366C184 344 218 336 240 344Z',
    INK,
  ),
  `<g fill="none" stroke="${INK}" stroke-width="10"><circle cx="200" cy="286" r="35"/><circle cx="280" cy="286" r="35"/><path d="M235 280H245M165 280L150 274M315 280L330 274"/></g>`,
  stroke('M172 238Q200 220 226 236M254 236Q280 220 308 238', INK, 14),
].join('');

/** A membership card on a ribbon, with the holder's own portrait: somebody who is a member already. */
export function memberCard(portrait) {
  return [
    stroke('M176 452L240 540L304 452', '#f4b942', 9),
    `<rect x="182" y="506" width="116" height="84" rx="10" fill="#fff"/>`,
    `<rect x="190" y="514" width="52" height="66" rx="5" fill="#bfe3df"/>`,
    placed({ x: 190, y: 515, scale: 0.108 }, portrait),
    stroke('M254 530H286M254 548H286M254 566H274', '#a9b4c0', 7),
  ].join('');
}

/** A hand holding up a telephone that shows `picture`, with the stripes that a photographed screen has. */
export function onTelephone(picture) {
  const hand = '#c98f6d';
  return [
    outline('M318 600C300 540 300 470 330 420L392 372C428 420 420 500 452 600Z', hand),
    `<g transform="rotate(-4 236 290)">`,
    `<rect x="88" y="36" width="288" height="492" rx="34" fill="#17191f"/>`,
    `<svg x="102" y="80" width="260" height="404" viewBox="0 0 480 600" preserveAspectRatio="xMidYMid slice">${picture}`,
    `<g fill-opacity=".34">${stripes({ turn: 0, step: 9 })}${stripes({ turn: 2.5, step: 9.8 })}</g></svg>`,
    `<path d="M102 80H244L102 320Z" fill="#fff" fill-opacity=".22"/>`,
    `<rect x="202" y="54" width="60" height="9" rx="4.5" fill="#3a3e49"/><circle cx="232" cy="506" r="11" fill="none" stroke="#3a3e49" stroke-width="4"/>`,
    `</g>`,
    stroke('M84 348H108M86 390H112M90 432H114M96 472H116', '#b67c5b', 36),
    stroke('M84 346H106M86 388H110M90 430H112M96 470H114', hand, 32),
    stroke('M384 330Q404 366 396 426', '#b67c5b', 42),
    stroke('M386 330Q406 366 402 430', hand, 38),
  ].join('');
}

function stripes({ turn, step }) {
  const rows = Array.from({ length: Math.floor(HEIGHT / step) }, (_, row) => (row * step).toFixed(1));
  const lines = rows.map((y) => `<rect x="-20" y="${y}" width="520" height="4"/>`).join('');
  return `<g transform="rotate(${turn} ${WIDTH / 2} ${HEIGHT / 2})">${lines}</g>`;
}

/** A room that nobody is in. */
export function emptyRoom() {
  return [
    cover('#f2dfc4'),
    `<rect y="456" width="480" height="144" fill="#b98d63"/><rect y="446" width="480" height="12" fill="#fff6e6"/>`,
    `<rect x="52" y="84" width="180" height="216" rx="6" fill="#fff6e6"/><rect x="66" y="98" width="152" height="188" fill="#a9dcf0"/>`,
    outline('M66 286C96 232 128 232 146 258C166 222 198 226 218 262V286Z', '#7cbf84'),
    `<circle cx="184" cy="136" r="20" fill="#ffd866"/>`,
    stroke('M142 98V286M66 190H218', '#fff6e6', 9),
    armchair(),
    plant(),
  ].join('');
}

function armchair() {
  return [
    stroke('M246 524V552M392 524V552', '#6d4a33', 14),
    outline('M242 400C236 318 262 300 318 300S400 318 396 400V480H242Z', '#2f7f86'),
    `<rect x="236" y="432" width="166" height="60" rx="16" fill="#3d99a1"/>`,
    `<rect x="212" y="402" width="50" height="126" rx="24" fill="#276b71"/><rect x="376" y="402" width="50" height="126" rx="24" fill="#276b71"/>`,
    `<rect x="236" y="486" width="166" height="42" rx="8" fill="#276b71"/>`,
  ].join('');
}

function plant() {
  return [
    stroke(
      'M112 470C112 410 96 380 72 356M112 470C112 400 122 366 146 344M112 470C112 420 112 380 106 336',
      '#3f8a53',
      16,
    ),
    outline('M70 462H154L142 552H82Z', '#d9784f'),
    `<rect x="62" y="452" width="100" height="24" rx="6" fill="#c2653f"/>`,
  ].join('');
}

/** Sunshine straight into the lens. */
export function glare() {
  return [
    `<defs><radialGradient id="glare" cx=".72" cy=".2" r="1"><stop offset="0" stop-color="#fff"/><stop offset=".45" stop-color="#fffdf2" stop-opacity=".93"/><stop offset="1" stop-color="#fff9df" stop-opacity=".72"/></radialGradient></defs>`,
    cover('url(#glare)'),
  ].join('');
}

/** Stripes on a jumper, kept inside the shoulders. */
export const stripedTop = [
  `<clipPath id="top"><path d="M30 600C36 506 104 462 200 441C206 472 274 472 280 441C376 462 444 506 450 600Z"/></clipPath>`,
  `<g clip-path="url(#top)" fill="${INK}"><rect y="486" width="480" height="24"/><rect y="532" width="480" height="24"/><rect y="578" width="480" height="24"/></g>`,
].join('');

function outline(d, fill) {
  return d ? `<path d="${d}" fill="${fill}"/>` : '';
}

function stroke(d, colour, width) {
  return `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`;
}
