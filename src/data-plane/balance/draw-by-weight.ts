/**
 * Draws one of `choices` by weight. Weights are relative to their sum; a weight of 0 gets nothing; a single choice
 * needs no draw and ignores its weight.
 *
 * @param choices at least one
 * @param random uniform in [0, 1)
 */
export function drawByWeight<Choice extends { readonly weight: number }>(
  choices: readonly Choice[],
  random: () => number,
): Choice {
  const last = choices[choices.length - 1]!
  if (choices.length === 1) return last
  let total = 0
  for (const { weight } of choices) total += weight
  let drawn = random() * total
  for (const choice of choices) {
    drawn -= choice.weight
    if (drawn < 0) return choice
  }
  return last
}
