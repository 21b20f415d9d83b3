import type { FaceMatchVerdict } from '@didit-liveness/core';
import { Command } from 'commander';
import type { CommandContext, CommandResult, CommonFlags } from '../command-result.js';
import { type KeyFlags, withClient, withKeyOptions } from '../connection.js';
import { columns, paintOutcome } from '../decision-text.js';
import { exitCodeOf } from '../exit-codes.js';
import { parseScore } from '../number-argument.js';
import { readPictureFile } from '../picture-file.js';
import { foreign } from '../terminal/foreign.js';
import { outcomeOf, warningRows } from '../verdict-text.js';

interface MatchFlags extends CommonFlags, KeyFlags {
  readonly threshold?: number;
  readonly rotate?: boolean;
  readonly save?: boolean;
}

/** `didit-liveness match`. */
export function matchCommand(context: CommandContext): Command {
  const command = new Command('match')
    .summary('compare two faces')
    .description(
      'Compares the face of a selfie with that of another picture. Costs one credit of its own kind; does not ask whether anybody is alive.',
    )
    .argument('<selfie>', 'the picture of now; - reads standard input')
    .argument('<reference>', 'the picture to compare with, for example of a document')
    .option(
      '--threshold <score>',
      'decline at this similarity or below, 0 to 100; Didit takes 30, which is permissive',
      parseScore,
    )
    .option('--rotate', 'let Didit try the pictures in four orientations')
    .option('--save', 'keep the comparison at Didit');
  return withKeyOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (selfie: string, reference: string, flags: MatchFlags) => {
      context.finish(await match([selfie, reference], flags, context), flags);
    });
}

const EXAMPLES = `
Exit codes: 0 the same person, 1 declined, 2 review, 3 usage or unusable picture, 4 no answer.

Examples:
  didit-liveness match selfie.jpg passport.jpg --threshold 60`;

async function match(
  [selfie, reference]: readonly [string, string],
  { threshold, rotate, save, ...flags }: MatchFlags,
  context: CommandContext,
): Promise<CommandResult> {
  const user = await readPictureFile(selfie, context.world.stdin);
  const other = await readPictureFile(reference, context.world.stdin);
  const { faceMatch, requestId } = await withClient(flags, context, (client) =>
    client.faceMatch.compare({
      userImage: user.chunks,
      refImage: other.chunks,
      saveApiRequest: save === true,
      ...(rotate === true ? { rotateImage: true } : {}),
      ...(threshold === undefined ? {} : { threshold }),
    }),
  );
  const outcome = outcomeOf(faceMatch.status);
  const { score, warnings, contradictions } = faceMatch;
  return {
    exitCode: exitCodeOf(outcome),
    json: { selfie, reference, outcome, score, warnings: warnings.map(({ risk }) => risk), contradictions, requestId },
    text: [
      `${paintOutcome(outcome, context.terminal.paint)}  ${foreign(`${selfie} and ${reference}`)}`,
      columns(rowsOf(faceMatch, requestId)),
    ].join('\n'),
  };
}

function rowsOf(verdict: FaceMatchVerdict, requestId: string | null): readonly (readonly [string, string])[] {
  const { score, userImage, refImage } = verdict;
  return [
    ['similarity', score === null ? 'not measured' : `${score} of 100`],
    ...warningRows(verdict),
    ['faces', `${userImage.entities.length} and ${refImage.entities.length}`],
    ['request', requestId ?? 'no id'],
  ];
}
