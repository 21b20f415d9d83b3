/** Lets each contender act once a round, every other round in reverse order, so that none always comes first. */
export async function takeTurns<Contender>(
  contenders: readonly Contender[],
  rounds: number,
  act: (contender: Contender) => Promise<void>,
): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) await act(contender);
  }
}
