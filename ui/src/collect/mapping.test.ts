import { describe, expect, it } from 'vitest';
import type { DeliveryRow, Mapping, Match, Sheet, Skip } from './contract';
import { cellName, columnName, lacking, marksOf, roleOf, rowKind, setFixed, setOfColumn, setRole, setRow, setWord, spans, tally, toMatch } from './mapping';
import { readPeriod } from './MappingEditor';

const mapping: Mapping = { sheet: 'Biểu 01', header_row: 4, first_row: 5, last_row: 12, columns: [{ column: 0, role: 'ignore' }, { column: 1, role: 'indicator' }, { column: 3, role: 'value' }], fixed: { unit: '22366', period: '2026-11' }, indicators: {}, units: {} };
const skips: Skip[] = [{ row: 0, last_row: 3, detail_vi: 'dòng tiêu đề của biểu', detail_en: 'title above the table' }, { row: 4, last_row: 4, detail_vi: 'dòng tiêu đề cột', detail_en: 'column header' }, { row: 6, last_row: 6, detail_vi: 'dòng tên nhóm', detail_en: 'group heading without figures' }];
const refused = (row: number, column: number, check: string, more: Partial<DeliveryRow> = {}): DeliveryRow => ({ sheet: null, row, column, status: 'refused', indicator: 'Hồ sơ lạ', unit: '22366', period: '2026-11', breakdown: '', value: '1', problems: [{ check, severity: 'hard', detail_vi: 'không', detail_en: 'no' }], ...more });

it('names cells as spreadsheets do', () => {
	expect([0, 25, 26, 701, 702].map(columnName)).toEqual(['A', 'Z', 'AA', 'ZZ', 'AAA']);
	expect(cellName(14, 6)).toBe('F14');
	expect(cellName(3, 0)).toBe('3');
});

describe('roles', () => {
	it('only one column names the indicator; several may hold figures', () => {
		const moved = setRole(mapping, 2, 'indicator');
		expect([roleOf(moved, 1), roleOf(moved, 2)]).toEqual(['ignore', 'indicator']);
		expect(roleOf(setRole(mapping, 4, 'value'), 3)).toBe('value');
		expect(roleOf(setRole(mapping, 4, 'breakdown:sex'), 4)).toBe('breakdown');
	});
	it('what a column of figures has in common goes with the role', () => {
		const wide = setOfColumn(mapping, 3, 'period', '2026-10');
		expect(wide.columns.find((of) => of.column === 3)).toEqual({ column: 3, role: 'value', period: '2026-10' });
		expect(setOfColumn(wide, 3, 'period', null).columns.find((of) => of.column === 3)).toEqual({ column: 3, role: 'value' });
		expect(setRole(wide, 3, 'remark').columns.find((of) => of.column === 3)).toEqual({ column: 3, role: 'remark' });
	});
	it('does not change what it was given', () => {
		const before = JSON.stringify(mapping);
		setRole(mapping, 1, 'ignore');
		setFixed(mapping, 'unit', null);
		setWord(mapping, 'units', 'NT', '22366');
		expect(JSON.stringify(mapping)).toBe(before);
	});
});

it('says what is missing before anything is tried', () => {
	expect(lacking(mapping)).toEqual([]);
	expect(lacking(setRole(mapping, 3, 'ignore'))).toEqual(['value']);
	expect(lacking(setFixed(setRole(mapping, 1, 'ignore'), 'period', null))).toEqual(['indicator', 'period']);
	expect(lacking(setOfColumn(setFixed(mapping, 'period', null), 3, 'period', '2026-10'))).toEqual([]);
});

it('the parts of the table cannot cross each other', () => {
	expect(setRow(mapping, 'header', 7)).toMatchObject({ header_row: 7, first_row: 8 });
	expect(setRow(mapping, 'first', 3)).toMatchObject({ header_row: 2, first_row: 3 });
	expect(setRow(mapping, 'first', 13).last_row).toBeUndefined();
	expect(setRow(mapping, 'last', 2)).toBe(mapping);
});

it('tells titles, headers, data and skipped rows apart', () => {
	expect([1, 4, 5, 6, 13].map((row) => rowKind(mapping, skips, row))).toEqual(['title', 'header', 'data', 'skipped', 'skipped']);
});

describe('texts to match', () => {
	const sheet: Sheet = { name: 'Biểu 01', rows_total: 8, columns_total: 4, hidden: false, merges: [], rows: [[], [], [], [], ['STT', 'Tên'], ['1', 'Hồ sơ A'], ['I', 'Hành chính công'], ['2', 'Hồ sơ B']] };
	const matches: Match[] = [{ kind: 'indicator', text: 'Hành chính công' }, { kind: 'indicator', text: 'Hồ sơ A' }, { kind: 'item', text: 'Nam' }];
	it('leave out headings and add what the trial could not place, unknown ones first', () => {
		const known = setWord(mapping, 'indicators', 'Hồ sơ A', 'K1');
		expect(toMatch(matches, [refused(8, 4, 'indicator'), refused(9, 4, 'range')], known, sheet, skips).map((match) => match.text)).toEqual(['Hồ sơ lạ', 'Hồ sơ A']);
	});
});

it('puts the server’s word on the right cell of the sheet', () => {
	const marks = marksOf([refused(14, 6, 'range'), refused(3, 0, 'unit')]);
	expect([...marks.keys()]).toEqual(['13/5']);
	expect(tally([refused(1, 1, 'x'), refused(1, 2, 'x', { status: 'accepted' })])).toEqual({ accepted: 1, same: 0, doubtful: 0, refused: 1 });
});

it('draws merged cells over those they cover, as far as the rows go', () => {
	const { at, hidden } = spans({ name: '', rows_total: 3, columns_total: 3, hidden: false, rows: [], merges: [[0, 0, 0, 2], [1, 0, 9, 0], [5, 0, 6, 0]] }, 3);
	expect(at.get('0/0')).toEqual({ rows: 1, columns: 3 });
	expect(at.get('1/0')).toEqual({ rows: 2, columns: 1 });
	expect([...hidden].sort()).toEqual(['0/1', '0/2', '2/0']);
});

it('reads periods as people write them', () => {
	expect(['10/2026', 'tháng 9/2026', 'T1/2026', 'quý III/2026', 'Quý 2 năm 2026', 'năm 2025', '2026-W47', '22/11/2026'].map(readPeriod)).toEqual(['2026-10', '2026-09', '2026-01', '2026-Q3', '2026-Q2', '2025', '2026-W47', '2026-11-22']);
	expect(readPeriod('13/2026')).toBeNull();
	expect(readPeriod('hôm qua')).toBeNull();
});
