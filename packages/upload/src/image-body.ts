import type { BodySink, OpenSink, ReportOutcome } from './body-front.js';
import { PictureIntake } from './picture-intake.js';
import { copyFields } from './fields.js';
import { type BodyOutcome, refused } from './reading.js';

/** A body that is the picture itself. The header chose this way of reading; the bytes decide what the picture is. */
export function imageSink(declaredType: string, limitBytes: number): OpenSink {
  return (report) => new ImageSink(new PictureIntake(limitBytes), declaredType, report);
}

/** The same for a body that an earlier parser left as one buffer. */
export function selfieFromBuffer(body: Uint8Array, declaredType: string, limitBytes: number): BodyOutcome {
  const picture = new PictureIntake(limitBytes);
  const code = picture.append(body);
  return code === undefined ? judge(picture, declaredType) : refused(code);
}

/** Where the body is the picture, no bytes are no picture, not an empty one. */
function judge(picture: PictureIntake, declaredType: string): BodyOutcome {
  return picture.size === 0 ? refused('selfie-missing') : picture.outcome(declaredType, copyFields(undefined));
}

class ImageSink implements BodySink {
  readonly #picture: PictureIntake;
  readonly #declaredType: string;
  readonly #report: ReportOutcome;

  constructor(picture: PictureIntake, declaredType: string, report: ReportOutcome) {
    this.#picture = picture;
    this.#declaredType = declaredType;
    this.#report = report;
  }

  write(chunk: Buffer): void {
    const code = this.#picture.append(chunk);
    if (code !== undefined) this.#report(refused(code));
  }

  end(): void {
    this.#report(judge(this.#picture, this.#declaredType));
  }

  abandon(): void {
    this.#picture.release();
  }
}
