/**
 * Resource quantities: what is one, how many it is, and the form the API server stores it in
 * (apimachinery/pkg/api/resource).
 */
const pattern = /^([+-]?)(\d+\.?\d*|\.\d+)(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]|[eE][+-]?\d+)?$/;

export const quantityFormatDetail =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

const decimal: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
};
const binary: Record<string, number> = {
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** The number meant, undefined when it is not a quantity. */
export function quantityOf(text: string): number | undefined {
  const [, sign = '', digits = '', suffix = ''] = pattern.exec(text) ?? [];
  if (digits === '') return undefined;
  const factor = binary[suffix] ?? decimal[suffix] ?? Number(`1${suffix}`);
  return (sign === '-' ? -1 : 1) * Number(digits) * factor;
}

/** "0.5" is stored as "500m", "1024Mi" as "1Gi", "1000m" as "1". */
export function canonicalQuantity(text: string): string {
  const amount = quantityOf(text);
  const suffix = pattern.exec(text)?.[3] ?? '';
  if (amount === undefined || /^[eE][+-]?\d/.test(suffix)) return text;
  if (amount === 0) return '0';
  const units = suffix in binary && Number.isInteger(amount) ? { '': 1, ...binary } : decimal;
  const fitting = Object.entries(units)
    .sort(([, a], [, b]) => b - a)
    .find(([, factor]) => isWhole(amount / factor));
  return fitting ? `${Math.round(amount / fitting[1])}${fitting[0]}` : text;
}

function isWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) < 1e-9 * Math.max(1, Math.abs(value)) && Math.round(value) !== 0;
}
