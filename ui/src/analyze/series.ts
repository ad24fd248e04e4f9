/* Series, rankings and files made of figures, without a screen.  Values stay the exact texts the server gave. */
import { nextPeriod } from '../base/format';
import { compareDecimals } from '../collect/decimal';
import type { GridFigure } from '../collect/contract';
import type { Indicator, Total } from './contract';

export interface Point { period: string; value: string | null; provisional: boolean }
export interface Series { id: string; name: string; points: Point[] }

/** Every period from the first to the last, so that a missing one is a gap and not a straight line. */
export function withGaps(points: Point[]): Point[] {
	const first = points[0];
	const last = points.at(-1);
	if (!first || !last) return [];
	const by = new Map(points.map((point) => [point.period, point]));
	const all: Point[] = [];
	for (let period = first.period; period <= last.period && all.length < 5000; period = nextPeriod(period, 1)) all.push(by.get(period) ?? { period, value: null, provisional: false });
	return all;
}

/** A total may still change while figures in it are not approved, or while the newest period is not complete. */
export function pointsOfTotals(totals: Total[]): Point[] {
	const sorted = [...totals].sort((a, b) => a.period.localeCompare(b.period));
	return withGaps(sorted.map((total, i) => ({ period: total.period, value: total.value, provisional: total.provisional > 0 || (i === sorted.length - 1 && total.n < total.of) })));
}

export function seriesOfUnits(figures: GridFigure[], units: { code: string; name: string }[]): Series[] {
	return units.map(({ code, name }) => ({
		id: code, name,
		points: withGaps(figures.filter((figure) => figure.unit === code).sort((a, b) => a.period.localeCompare(b.period)).map((figure) => ({ period: figure.period, value: figure.value, provisional: figure.status === 'submitted' }))),
	}));
}

/** Best first by the indicator's own direction; without one, largest first. */
export function ranked(figures: GridFigure[], direction: Indicator['direction']): GridFigure[] {
	const known = figures.filter((figure) => figure.value !== null);
	return known.sort((a, b) => compareDecimals(a.value ?? '0', b.value ?? '0') * (direction === 'down' ? 1 : -1) || (a.unit ?? '').localeCompare(b.unit ?? ''));
}

/** Is the target met?  null: no target, no direction. */
export function meets(value: string | null, target: string | null, direction: Indicator['direction']): boolean | null {
	if (value === null || target === null || direction === 'none') return null;
	const order = compareDecimals(value, target);
	return direction === 'up' ? order >= 0 : order <= 0;
}

function csvCell(text: string): string {
	// A cell that begins like a formula is text, also for a spreadsheet.
	const safe = /^[=+@\t\r]|^-(?![\d.])/.test(text) ? `'${text}` : text;
	return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Comma-separated, with a mark that makes Excel read it as UTF-8; values exactly as stored. */
export function csv(head: string[], rows: (string | null)[][]): string {
	return `\ufeff${[head, ...rows].map((row) => row.map((cell) => csvCell(cell ?? '')).join(',')).join('\r\n')}\r\n`;
}

export function table(series: Series[]): { periods: string[]; rows: (string | null)[][] } {
	const periods = [...new Set(series.flatMap((one) => one.points.map((point) => point.period)))].sort();
	const by = series.map((one) => new Map(one.points.map((point) => [point.period, point.value])));
	return { periods, rows: periods.map((period) => by.map((values) => values.get(period) ?? null)) };
}

/* -- the list of indicators -- */
export interface Wanted { q: string; domain: string[]; period: string[]; scope: string[]; tag: string[]; filled: string }
export type Facet = 'domain' | 'period' | 'scope' | 'tag';

export function valuesOf(indicator: Indicator, facet: Facet): string[] {
	if (facet === 'tag') return indicator.tags ?? [];
	const value = indicator[facet];
	return value ? [value] : [];
}

/** Accent-blind: every word of the question must stand somewhere.  `except`: a facet counts as if nothing of it were chosen. */
export function found(indicators: Indicator[], folded: Map<string, string>, wanted: Wanted, empty: ReadonlySet<string>, except?: Facet): Indicator[] {
	const words = wanted.q.split(/\s+/).filter(Boolean);
	return indicators.filter((indicator) => {
		const text = folded.get(indicator.code) ?? '';
		if (!words.every((word) => text.includes(word))) return false;
		if (wanted.filled && (wanted.filled === 'no') !== empty.has(indicator.code)) return false;
		return (['domain', 'period', 'scope', 'tag'] as const).every((facet) => facet === except || wanted[facet].length === 0 || wanted[facet].some((value) => valuesOf(indicator, facet).includes(value)));
	});
}
