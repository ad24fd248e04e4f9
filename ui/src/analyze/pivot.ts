/* Questions to the cube as text, and small readings of its answers.  A question is what stands behind the ? of
 * /api/v1/pivot, so the address of the screen, a tile of a dashboard and the file to download share it. */
import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../app/api';
import { many, one, parseSearch, type Search, stringifySearch } from '../app/url';
import type { Pivot, PivotMember, PivotNote } from './contract';

export const asked = ['indicator', 'domain', 'rows', 'columns', 'unit', 'under', 'level', 'units', 'from', 'to', 'periods', 'grain', 'breakdown', 'boundaries', 'as_of'] as const;
export const measures = ['value', 'change', 'change_percent', 'year_ago', 'year_change', 'year_percent', 'target', 'target_percent', 'share', 'contribution', 'rank', 'n', 'provisional'] as const;
export type Measure = (typeof measures)[number];
export const grains = ['daily', 'weekly', 'monthly', 'quarterly', 'half_yearly', 'yearly'] as const;

/** Of an address only what the cube is asked. */
export function questionOf(search: Search): Search {
	return Object.fromEntries(asked.filter((name) => many(search, name).some(Boolean)).map((name) => [name, search[name]]));
}

export function questionText(search: Search): string {
	return stringifySearch(questionOf(search)).slice(1);
}

export function readQuestion(text: string): Search {
	return questionOf(parseSearch(text));
}

export function hasSubject(question: Search): boolean {
	return many(question, 'indicator').length > 0 || one(question, 'domain') !== '';
}

export function usePivot(question: Search, show: string[]) {
	const query = { ...question, show } as Record<string, string | string[]>;
	return useQuery({ queryKey: ['figures', 'pivot', query], queryFn: () => answer(api.GET('/api/v1/pivot', { params: { query } })), enabled: hasSubject(question) });
}

/** The next finer kind of period that the indicators are reported in; null: there is none. */
export function finer(table: Pivot): Pivot['grain'] | null {
	const own = Math.min(...table.indicators.map((indicator) => grains.indexOf(indicator.period)));
	const at = grains.indexOf(table.grain) - 1;
	// Weeks do not make months without a rest: they are passed over unless they are the indicator's own.
	const step = grains[at] === 'weekly' && own !== at ? at - 1 : at;
	return step >= own && step >= 0 ? (grains[step] ?? null) : null;
}

export function isTotal(member: PivotMember): boolean {
	return member.unit === null || member.period === null;
}

export function notesBy(notes: PivotNote[]): Map<string, PivotNote> {
	return new Map(notes.map((note) => [`${note.row}/${note.column}`, note]));
}

/** The last column that has a value in the row; -1: none. */
export function lastKnown(table: Pivot, row: number, measure = 'value'): number {
	const cells = table.cells[measure]?.[row] ?? [];
	for (let column = cells.length - 1; column >= 0; column--) {
		const member = table.columns[column];
		if (member && !isTotal(member) && cells[column] !== null) return column;
	}
	return -1;
}
