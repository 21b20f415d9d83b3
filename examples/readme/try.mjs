import { createEmulator } from '@didit-liveness/emulator';
import { getLiveness, livenessErrorHandler, requireLiveness } from '@didit-liveness/express';
import express from 'express';

const emulator = await createEmulator();
const liveness = requireLiveness({
  threshold: 80,
  apiKey: 'any-key-will-do',
  baseUrl: emulator.url,
  allowInsecure: true, // http, and only because the emulator listens on a loopback address
});

const app = express();
app.post('/signup', liveness, (req, res) => {
  res.status(201).json({ email: req.body.email, outcome: getLiveness(req).outcome });
});
app.use(livenessErrorHandler());
app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1');
