import { decide, type Decision, type PassiveLivenessResponse, type Policy } from '@didit-liveness/core';
import { Command } from 'commander';
import type { CommandContext, CommandResult, CommonFlags } from '../command-result.js';
import { type KeyFlags, withClient, withKeyOptions } from '../connection.js';
import { columns, decisionRows, paintOutcome } from '../decision-text.js';
import { exitCodeOf } from '../exit-codes.js';
import { parseScore } from '../number-argument.js';
import { describePicture, factsOf, type PictureFacts, readPictureFile } from '../picture-file.js';
import { readPolicy } from '../policy/policy-source.js';
import type { Paint } from '../terminal/colours.js';
import { foreign } from '../terminal/foreign.js';
import { toWireAnswer } from '../wire-answer.js';

/** Options of `check`. */
interface CheckFlags extends CommonFlags, KeyFlags {
  readonly threshold?: number;
  readonly policy?: string;
  readonly rotate?: boolean;
  readonly save?: boolean;
  readonly vendorData?: string;
}

/** `didit-liveness check`. */
export function checkCommand(context: CommandContext): Command {
  const command = new Command('check')
    .summary('check one selfie')
    .description('Checks one selfie. Costs one credit; a picture that cannot be judged is refused for free.')
    .argument('<picture>', 'JPEG, PNG, WebP or TIFF; - reads standard input')
    .option('--threshold <score>', 'decline at this score or below, 0 to 100', parseScore)
    .option('--policy <policy>', 'strict, balanced, lenient, or a JSON file')
    .option('--rotate', 'let Didit try the picture in four orientations')
    .option('--save', 'keep picture and face at Didit, and compare later ones with it')
    .option(
      '--vendor-data <id>',
      'your id of the person; exempts their own face from duplicate and blocklist screening',
    );
  return withKeyOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (picture: string, flags: CheckFlags) => {
      context.finish(await check(picture, flags, context), flags);
    });
}

const EXAMPLES = `
Exit codes: 0 approved, 1 declined, 2 review, 3 usage or unusable picture, 4 no answer.

Examples:
  didit-liveness check selfie.jpg
  didit-liveness check selfie.jpg --threshold 80
  didit-liveness check selfie.jpg --policy policy.json --json
  ffmpeg -i clip.mp4 -frames:v 1 -f image2 - | didit-liveness check -`;

async function check(picture: string, flags: CheckFlags, context: CommandContext): Promise<CommandResult> {
  const policy = await readPolicy(flags.policy, flags.threshold);
  const file = await readPictureFile(picture, context.world.stdin);
  const response = await withClient(flags, context, (client) =>
    client.passiveLiveness.check({ userImage: file.chunks, ...questionOf(flags, policy) }),
  );
  const decision = decide(policy, response.liveness);
  const answer: Answered = { file: picture, response, decision, picture: factsOf(file) };
  return {
    exitCode: exitCodeOf(decision.outcome),
    json: toJson(answer),
    text: toText(answer, context.terminal.paint),
  };
}

/** What is asked besides the picture. Nothing is kept at Didit unless `--save` says so. */
function questionOf({ rotate, save, vendorData }: CheckFlags, policy: Policy) {
  const threshold = policy.rules.score.declineAtOrBelow;
  return {
    saveApiRequest: save === true,
    ...(threshold === null ? {} : { faceLivenessScoreDeclineThreshold: threshold }),
    ...(rotate === true ? { rotateImage: true } : {}),
    ...(vendorData === undefined ? {} : { vendorData }),
  };
}

interface Answered {
  readonly file: string;
  readonly response: PassiveLivenessResponse;
  readonly decision: Decision;
  readonly picture: PictureFacts;
}

function toJson({ file, response, decision, picture }: Answered): object {
  const { outcome, retakeable, reasons, hints, policyId } = decision;
  const { score, faceQuality, faceLuminance, userImage } = response.liveness;
  return {
    file,
    outcome,
    score,
    retakeable,
    reasons,
    hints,
    faces: userImage.entities.length,
    faceQuality,
    faceLuminance,
    requestId: response.requestId,
    policyId,
    picture,
    answer: toWireAnswer(response),
  };
}

function toText({ file, response, decision, picture }: Answered, paint: Paint): string {
  const { score, faceQuality, faceLuminance, userImage } = response.liveness;
  return [
    `${paintOutcome(decision.outcome, paint)}  ${foreign(file)}`,
    columns([
      ['score', measured(score)],
      ...decisionRows(decision),
      ['faces', String(userImage.entities.length)],
      ['quality', measured(faceQuality)],
      ['brightness', measured(faceLuminance)],
      ['picture', describePicture(picture)],
      ['request', response.requestId ?? 'no id'],
      ['policy', decision.policyId],
    ]),
  ].join('\n');
}

function measured(value: number | null): string {
  return value === null ? 'not measured' : `${value} of 100`;
}
