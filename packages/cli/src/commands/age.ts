import { Command } from 'commander';
import type { CommandContext, CommandResult, CommonFlags } from '../command-result.js';
import { type KeyFlags, withClient, withKeyOptions } from '../connection.js';
import { columns, paintOutcome } from '../decision-text.js';
import { exitCodeOf } from '../exit-codes.js';
import { parseScore, parseWholeNumber } from '../number-argument.js';
import { readPictureFile } from '../picture-file.js';
import { foreign } from '../terminal/foreign.js';
import { outcomeOf, warningRows } from '../verdict-text.js';

interface AgeFlags extends CommonFlags, KeyFlags {
  readonly minimum?: number;
  readonly threshold?: number;
  readonly rotate?: boolean;
  readonly save?: boolean;
}

/** `didit-liveness age`. */
export function ageCommand(context: CommandContext): Command {
  const command = new Command('age')
    .summary('estimate an age')
    .description('Estimates how old a live person looks. Costs one credit of its own kind.')
    .argument('<picture>', 'JPEG, PNG, WebP or TIFF; - reads standard input')
    .option('--minimum <years>', 'decline below this age; 0 declines nobody; Didit takes 18', parseWholeNumber(0, 120))
    .option('--threshold <score>', 'decline at this liveness score or below, 0 to 100', parseScore)
    .option('--rotate', 'let Didit try the picture in four orientations')
    .option('--save', 'keep the estimate at Didit');
  return withKeyOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (picture: string, flags: AgeFlags) => {
      context.finish(await estimate(picture, flags, context), flags);
    });
}

const EXAMPLES = `
Exit codes: 0 old enough and alive, 1 declined, 2 review, 3 usage or unusable picture, 4 no answer.

Examples:
  didit-liveness age selfie.jpg --minimum 18`;

async function estimate(
  picture: string,
  { minimum, threshold, rotate, save, ...flags }: AgeFlags,
  context: CommandContext,
): Promise<CommandResult> {
  const { chunks } = await readPictureFile(picture, context.world.stdin);
  const { ageEstimation, requestId } = await withClient(flags, context, (client) =>
    client.ageEstimation.estimate({
      userImage: chunks,
      saveApiRequest: save === true,
      ...(rotate === true ? { rotateImage: true } : {}),
      ...(minimum === undefined ? {} : { ageThreshold: minimum }),
      ...(threshold === undefined ? {} : { livenessThreshold: threshold }),
    }),
  );
  const { age, score, warnings, contradictions } = ageEstimation;
  const outcome = outcomeOf(ageEstimation.status);
  const rows = columns([
    ['age', age === null ? 'not estimated' : `about ${age} years`],
    ['score', score === null ? 'not measured' : `${score} of 100`],
    ...warningRows(ageEstimation),
    ['request', requestId ?? 'no id'],
  ]);
  return {
    exitCode: exitCodeOf(outcome),
    json: { file: picture, outcome, age, score, warnings: warnings.map(({ risk }) => risk), contradictions, requestId },
    text: `${paintOutcome(outcome, context.terminal.paint)}  ${foreign(picture)}\n${rows}`,
  };
}
