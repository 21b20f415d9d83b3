import express from 'express';
import { startExpress } from '../contract/express.host.js';
import { describeHostile } from './every-contract.js';

describeHostile('Express 5', (options, onError) => startExpress(express, options, onError), { whole: true });
