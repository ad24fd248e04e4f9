/* Exact decimals as texts: "94.10".  Nothing here passes through a binary number. */

interface Scaled { n: bigint; scale: number }

function scaled(value: string): Scaled {
	const [whole = '0', fraction = ''] = value.split('.');
	return { n: BigInt(whole + fraction), scale: fraction.length };
}

function raise(value: Scaled, scale: number): bigint {
	return value.n * 10n ** BigInt(scale - value.scale);
}

function write(n: bigint, scale: number): string {
	const digits = (n < 0n ? -n : n).toString().padStart(scale + 1, '0');
	const sign = n < 0n ? '-' : '';
	return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

export function addDecimals(a: string, b: string): string {
	const [x, y] = [scaled(a), scaled(b)];
	const scale = Math.max(x.scale, y.scale);
	return write(raise(x, scale) + raise(y, scale), scale);
}

export function subtractDecimals(a: string, b: string): string {
	return addDecimals(a, b.startsWith('-') ? b.slice(1) : `-${b}`);
}

/** −1, 0 or 1. */
export function compareDecimals(a: string, b: string): number {
	const [x, y] = [scaled(a), scaled(b)];
	const scale = Math.max(x.scale, y.scale);
	const difference = raise(x, scale) - raise(y, scale);
	return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Digits after the point that say something: "1.50" has one. */
export function decimalsOf(value: string): number {
	return (value.split('.')[1] ?? '').replace(/0+$/, '').length;
}

/** Change in percent of the earlier value, one decimal, rounded half away from zero; null: the earlier value is zero. */
export function percentChange(before: string, after: string): string | null {
	const [x, y] = [scaled(before), scaled(after)];
	const scale = Math.max(x.scale, y.scale);
	const base = raise(x, scale);
	if (base === 0n) return null;
	const shifted = (raise(y, scale) - base) * 10_000n;
	const size = base < 0n ? -base : base;
	const tenfold = shifted / size;
	const half = tenfold >= 0n ? 5n : -5n;
	return write((tenfold + half) / 10n, 1);
}
