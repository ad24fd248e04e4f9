/* How a stranger's sheet is read, and the small corrections a person makes to our proposal. */
import type { DeliveryRow, Mapping, MappingColumn, Match, RowStatus, Sheet, Skip } from './contract';

export const roles = ['indicator', 'unit', 'period', 'value', 'breakdown', 'measure', 'remark', 'ignore'] as const;
export type Role = (typeof roles)[number];

export function columnName(column: number): string {
	let name = '';
	for (let n = column + 1; n > 0; n = Math.floor((n - 1) / 26)) name = String.fromCharCode(65 + ((n - 1) % 26)) + name;
	return name;
}

/** "F14", from numbers that count from 1. */
export function cellName(row: number, column: number): string {
	return column > 0 ? `${columnName(column - 1)}${row}` : String(row);
}

export function columnOf(mapping: Mapping, column: number): MappingColumn {
	return mapping.columns.find((of) => of.column === column) ?? { column, role: 'ignore' };
}

export function roleOf(mapping: Mapping, column: number): Role {
	const role = columnOf(mapping, column).role.split(':')[0] ?? 'ignore';
	return (roles as readonly string[]).includes(role) ? (role as Role) : 'ignore';
}

function withColumn(mapping: Mapping, changed: MappingColumn): Mapping {
	const others = mapping.columns.filter((of) => of.column !== changed.column);
	return { ...mapping, columns: [...others, changed].sort((a, b) => a.column - b.column) };
}

const single = new Set<string>(['indicator', 'unit', 'period', 'measure']);

/** One column carries the indicator's name, one the unit's, one the period, one the measure: the earlier one is let go. */
export function setRole(mapping: Mapping, column: number, role: string): Mapping {
	const freed = single.has(role) ? { ...mapping, columns: mapping.columns.map((of) => (of.role === role && of.column !== column ? { column: of.column, role: 'ignore' } : of)) } : mapping;
	const before = columnOf(mapping, column);
	return withColumn(freed, role === 'value' ? { ...before, role } : { column, role });
}

export type Fixed = 'indicator' | 'unit' | 'period' | 'breakdown';

/** What all cells of a value column have in common. */
export function setOfColumn(mapping: Mapping, column: number, what: Fixed, to: string | null): Mapping {
	const { [what]: _gone, ...rest } = columnOf(mapping, column);
	return withColumn(mapping, to ? { ...rest, [what]: to } : rest);
}

/** What all cells of the sheet have in common. */
export function setFixed(mapping: Mapping, what: 'indicator' | 'unit' | 'period', to: string | null): Mapping {
	const { [what]: _gone, ...rest } = mapping.fixed;
	return { ...mapping, fixed: to ? { ...rest, [what]: to } : rest };
}

export function setWord(mapping: Mapping, kind: 'indicators' | 'units', text: string, code: string | null): Mapping {
	const { [text]: _gone, ...rest } = mapping[kind];
	return { ...mapping, [kind]: code ? { ...rest, [text]: code } : rest };
}

/** Where the table lies; the parts cannot cross each other. */
export function setRow(mapping: Mapping, what: 'header' | 'first' | 'last', row: number): Mapping {
	switch (what) {
		case 'header': {
			const first = Math.max(mapping.first_row, row + 1);
			return { ...mapping, header_row: row, first_row: first, ...(mapping.last_row !== undefined && mapping.last_row < first ? { last_row: undefined } : {}) };
		}
		case 'first':
			return { ...mapping, first_row: row, header_row: Math.min(mapping.header_row, row - 1), ...(mapping.last_row !== undefined && mapping.last_row < row ? { last_row: undefined } : {}) };
		case 'last':
			return row < mapping.first_row ? mapping : { ...mapping, last_row: row };
	}
}

export type RowKind = 'title' | 'header' | 'data' | 'skipped';

export function rowKind(mapping: Mapping, skips: Skip[], row: number): RowKind {
	if (row === mapping.header_row) return 'header';
	if (row < mapping.first_row) return skipOf(skips, row)?.detail_en.includes('header') ? 'header' : 'title';
	if (mapping.last_row !== undefined && row > mapping.last_row) return 'skipped';
	return skipOf(skips, row) ? 'skipped' : 'data';
}

export function skipOf(skips: Skip[], row: number): Skip | undefined {
	return skips.find((skip) => row >= skip.row && row <= skip.last_row);
}

export type Lack = 'value' | 'indicator' | 'unit' | 'period';

/** What the mapping does not say yet; empty: it can be tried. */
export function lacking(mapping: Mapping): Lack[] {
	const values = mapping.columns.filter((of) => of.role === 'value');
	if (values.length === 0) return ['value'];
	const lacks = (what: 'indicator' | 'unit' | 'period') => !mapping.fixed[what] && !mapping.columns.some((of) => of.role === what) && !values.every((of) => of[what]);
	return (['indicator', 'unit', 'period'] as const).filter(lacks);
}

/** Texts that a person should look at: those we were not sure of, and those the check could not place. */
export function toMatch(matches: Match[], rows: DeliveryRow[], mapping: Mapping, sheet: Sheet, skips: Skip[]): Match[] {
	const heading = (text: string) => {
		const at = sheet.rows.flatMap((cells, row) => (cells.includes(text) ? [row] : []));
		return at.length > 0 && at.every((row) => rowKind(mapping, skips, row) !== 'data');
	};
	const found = new Map(matches.filter((match) => match.kind !== 'item' && !heading(match.text)).map((match) => [`${match.kind}/${match.text}`, match]));
	for (const row of rows)
		for (const problem of row.problems) {
			if (problem.check !== 'indicator' && problem.check !== 'unit') continue;
			const text = problem.check === 'indicator' ? row.indicator : row.unit;
			if (text && !found.has(`${problem.check}/${text}`)) found.set(`${problem.check}/${text}`, { kind: problem.check, text });
		}
	const known = (match: Match) => Boolean((match.kind === 'indicator' ? mapping.indicators : mapping.units)[match.text]);
	return [...found.values()].sort((a, b) => Number(known(a)) - Number(known(b)));
}

/** The server's word on each cell of the sheet: "row/column" from 0. */
export function marksOf(rows: DeliveryRow[]): Map<string, DeliveryRow> {
	return new Map(rows.filter((row) => row.column > 0).map((row) => [`${row.row - 1}/${row.column - 1}`, row]));
}

export function tally(rows: DeliveryRow[]): Record<RowStatus, number> {
	const counts: Record<RowStatus, number> = { accepted: 0, same: 0, doubtful: 0, refused: 0 };
	for (const row of rows) counts[row.status]++;
	return counts;
}

/** A sheet's cell drawn over several, and those under it that are not drawn. */
export function spans(sheet: Sheet, rows: number): { at: Map<string, { rows: number; columns: number }>; hidden: Set<string> } {
	const at = new Map<string, { rows: number; columns: number }>();
	const hidden = new Set<string>();
	for (const [row = 0, column = 0, lastRow = row, lastColumn = column] of sheet.merges) {
		if (row >= rows) continue;
		at.set(`${row}/${column}`, { rows: Math.min(lastRow, rows - 1) - row + 1, columns: lastColumn - column + 1 });
		for (let r = row; r <= Math.min(lastRow, rows - 1); r++) for (let c = column; c <= lastColumn; c++) if (r !== row || c !== column) hidden.add(`${r}/${c}`);
	}
	return { at, hidden };
}
