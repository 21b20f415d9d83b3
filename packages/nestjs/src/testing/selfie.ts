const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAGAAAABgCAAAAADH8yjkAAAAO0lEQVR42u3NMQ0AAAwDoEqv9KrYsQQMkB6LQCAQCAQCgUAgEAgEAoFAIBAIBAKBQCAQCAQCgUAg+BoMVB0BDwvUQvEAAAAASUVORK5CYII=';

/** A grey picture of 96 by 96 pixels that passes the inspection: something to upload in a test. */
export const SELFIE: Buffer = Buffer.from(PNG, 'base64');
