/**
 * How often a right gateway may fail a statistical test: once in a million. Over all recordings there are some dozens
 * of such tests.
 */
export const falseAlarm = 1e-6

/**
 * The probability that counts drawn by `weights` lie at least as far from them as `counts` do (Pearson's chi-square).
 * Good where each expected count is at least 5. A count without a weight is impossible: 0.
 */
export function chiSquareProbability(
  counts: Readonly<Record<string, number>>,
  weights: Readonly<Record<string, number>>,
): number {
  const total = sum(Object.values(counts))
  const totalWeight = sum(Object.values(weights))
  const cells = Object.keys(weights).filter(key => weights[key]! > 0)
  if (Object.keys(counts).some(key => counts[key]! > 0 && !cells.includes(key))) return 0
  const statistic = sum(
    cells.map(key => {
      const expected = (total * weights[key]!) / totalWeight
      return ((counts[key] ?? 0) - expected) ** 2 / expected
    }),
  )
  return cells.length < 2 ? 1 : upperGamma((cells.length - 1) / 2, statistic / 2)
}

/**
 * The probability that two samples of one distribution differ at least as much as `first` of `firstTotal` and `second`
 * of `secondTotal` do (Fisher's exact test, two-sided).
 */
export function sameShareProbability(first: number, firstTotal: number, second: number, secondTotal: number): number {
  const hits = first + second
  const total = firstTotal + secondTotal
  const logProbability = (count: number) =>
    logChoose(firstTotal, count) + logChoose(secondTotal, hits - count) - logChoose(total, hits)
  const observed = logProbability(first)
  let probability = 0
  for (let count = Math.max(0, hits - secondTotal); count <= Math.min(hits, firstTotal); count++) {
    const each = logProbability(count)
    // Ties are as far away as what was observed; rounding must not lose them.
    if (each <= observed + 1e-7) probability += Math.exp(each)
  }
  return Math.min(1, probability)
}

function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1)
}

/** Lanczos' approximation; 15 digits. */
function logGamma(x: number): number {
  const coefficients = [
    76.18009172947146, -86.50532032941678, 24.01409824083091, -1.231739572450155, 0.1208650973866179e-2,
    -0.5395239384953e-5,
  ]
  const base = x + 5.5
  const series = sum(coefficients.map((coefficient, index) => coefficient / (x + 1 + index))) + 1.000000000190015
  return (x + 0.5) * Math.log(base) - base + Math.log((2.5066282746310007 * series) / x)
}

/** The regularised upper incomplete gamma function Q(a, x). */
function upperGamma(a: number, x: number): number {
  if (x <= 0) return 1
  const front = Math.exp(a * Math.log(x) - x - logGamma(a))
  if (x < a + 1) {
    let term = 1 / a
    let series = term
    for (let n = 1; n < 1000; n++) {
      term *= x / (a + n)
      series += term
    }
    return 1 - front * series
  }
  // Lentz's continued fraction.
  let b = x + 1 - a
  let c = 1e300
  let d = 1 / b
  let fraction = d
  for (let n = 1; n < 1000; n++) {
    const an = -n * (n - a)
    b += 2
    d = 1 / (an * d + b)
    c = b + an / c
    fraction *= d * c
  }
  return front * fraction
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
