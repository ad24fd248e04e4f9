/* What a square of the coverage map shows. */
import type { CoverageRow } from '../app/contract';

/** The mark of each state, the worst first: seen without colour. */
export const glyphs: Record<string, string> = { never: '○', stopped: '■', late: '!', provisional: '~', due: '·', excused: '–', complete: '✓' };

/** Figures that should be there and are not. */
export const missing = ['never', 'stopped', 'late'];

export interface Look { state: string | null; text: string; parts: [string, number][] }

/** square: how many series are in each of states. */
export function look(square: number[], states: string[]): Look {
	const parts = states.map((state, i): [string, number] => [state, square[i] ?? 0]).filter(([, n]) => n > 0);
	const all = parts.reduce((sum, [, n]) => sum + n, 0);
	if (all === 0) return { state: null, text: '', parts };
	const worst = Object.keys(glyphs).find((state) => parts.some(([of]) => of === state)) ?? null;
	const owed = parts.filter(([of]) => of !== 'due' && of !== 'excused').reduce((sum, [, n]) => sum + n, 0);
	const there = parts.filter(([of]) => of === 'complete' || of === 'provisional').reduce((sum, [, n]) => sum + n, 0);
	const mark = all === 1 || owed === 0 || there === owed ? glyphs[worst ?? ''] : String(Math.floor((100 * there) / owed));
	return { state: worst, text: mark ?? '', parts };
}

export function gaps(row: CoverageRow, states: string[]): number {
	return row.squares.reduce((sum, square) => sum + square.reduce((n, count, i) => n + (missing.includes(states[i] ?? '') ? count : 0), 0), 0);
}
