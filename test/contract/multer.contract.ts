import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createEmulator, type Emulator } from '@didit-liveness/emulator';
import multer from 'multer';
import { FORM_TYPE, file, form, part, text } from '../../packages/upload/test/support/forms.js';
import { sample } from '../support/pictures.js';
import type { Host, HostOptions } from './guard.contract.js';
import { plainOptions } from './plain-options.js';

/** What every host must do alike with the multer of the application. */
export function describeMulter(name: string, start: (options: HostOptions) => Promise<Host>): void {
  describe(`guard on ${name}, with the multer of the application`, () => {
    let emulator: Emulator;
    let options: HostOptions;
    let host: Host;

    beforeAll(async () => {
      emulator = await createEmulator();
      options = { ...plainOptions(emulator), multer };
      host = await start(options);
    });

    afterAll(async () => {
      await host.close();
      await emulator.close();
    });

    async function post(body: Buffer): Promise<{ readonly status: number; readonly body: object }> {
      const answer = await fetch(`${host.url}/signup`, {
        method: 'POST',
        headers: { 'content-type': FORM_TYPE },
        body: new Uint8Array(body),
      });
      return { status: answer.status, body: (await answer.json()) as object };
    }

    it('reads forms with it, and so skips what is no form data', async () => {
      const picture = sample('approved.jpg');
      const answer = await post(form(text('email', 'a@b.example'), part(['X: y'], 'z'), file('selfie', picture)));

      expect(answer).toMatchObject({
        status: 201,
        body: { file: { size: picture.length, mimetype: 'image/jpeg' }, fields: { email: 'a@b.example' } },
      });
    });

    it('A10 refuses with it what a guard refuses without', async () => {
      const twice = form(file('selfie', sample('approved.jpg')), file('selfie', sample('approved.jpg')));

      expect(await post(twice)).toMatchObject({ status: 400, body: { code: 'selfie-duplicated' } });
      expect(await post(form(text('email', 'a')))).toMatchObject({ status: 400, body: { code: 'selfie-missing' } });
    });

    it('A34 does not start with anything else in its place', async () => {
      const startWith = async (other: unknown) =>
        start({ ...options, multer: other as HostOptions['multer'] & object });

      await expect(startWith(multer())).rejects.toThrow(/multer/);
      await expect(startWith(() => multer())).rejects.toThrow(/of version 2\.5 or later/);
    });
  });
}
