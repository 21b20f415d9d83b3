import { getLiveness, livenessErrorHandler, requireLiveness } from '@didit-liveness/express';
import express from 'express';

const app = express();

app.post('/signup', requireLiveness({ threshold: 80 }), (req, res) => {
  res.status(201).json({ email: req.body.email, outcome: getLiveness(req).outcome });
});

app.use(livenessErrorHandler());
app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1');
