import { describe, expect, it } from 'vitest';
import type { GridFigure } from '../collect/contract';
import type { Indicator } from './contract';
import { correctionsOf } from './Corrections';
import { csv, found, meets, pointsOfTotals, ranked, seriesOfUnits, table, type Wanted } from './series';

const figure = (unit: string, period: string, value: string | null, more: Partial<GridFigure> = {}): GridFigure => ({ id: `${unit}${period}`, indicator: 'A', unit, period, breakdown: '', value, status: 'approved', flags: [], current: true, revision: 1, received: '2026-11-01T00:00:00Z', remark: null, delivery: null, ...more });
const total = (period: string, value: string | null, n = 65, provisional = 0) => ({ period, value, n, of: 65, provisional, updated: null });

it('a missing period is a gap, not a straight line', () => {
	const points = pointsOfTotals([total('2026-03', '3', 64), total('2025-12', '1.50', 60), total('2026-01', '2', 65, 3)]);
	expect(points.map((point) => [point.period, point.value, point.provisional])).toEqual([['2025-12', '1.50', false], ['2026-01', '2', true], ['2026-02', null, false], ['2026-03', '3', true]]);
});

it('keeps each unit’s own series and exact values', () => {
	const series = seriesOfUnits([figure('X', '2026-02', '2.50'), figure('X', '2026-01', '1', { status: 'submitted' }), figure('Y', '2026-02', '9')], [{ code: 'X', name: 'Xã X' }, { code: 'Z', name: 'Xã Z' }]);
	expect(series[0]?.points).toEqual([{ period: '2026-01', value: '1', provisional: true }, { period: '2026-02', value: '2.50', provisional: false }]);
	expect(series[1]?.points).toEqual([]);
	expect(table(series)).toEqual({ periods: ['2026-01', '2026-02'], rows: [['1', null], ['2.50', null]] });
});

it('ranks the best first, by exact values and the indicator’s direction', () => {
	const figures = [figure('X', 'p', '9.10'), figure('Y', 'p', '10'), figure('Z', 'p', null), figure('W', 'p', '9.9')];
	expect(ranked(figures, 'up').map((one) => one.unit)).toEqual(['Y', 'W', 'X']);
	expect(ranked(figures, 'down').map((one) => one.unit)).toEqual(['X', 'W', 'Y']);
	expect([meets('95', '95.0', 'up'), meets('94.9', '95', 'up'), meets('3.1', '3', 'down'), meets('3', '3', 'none'), meets(null, '3', 'up')]).toEqual([true, false, false, null, null]);
});

it('writes a file whose texts are texts and whose numbers are untouched', () => {
	expect(csv(['Kỳ', 'Xã "A", B'], [['2026-01', '1234567890123.10'], ['=HYPERLINK(1)', null], ['-cmd', '-5']])).toBe('\ufeffKỳ,"Xã ""A"", B"\r\n2026-01,1234567890123.10\r\n\'=HYPERLINK(1),\r\n\'-cmd,-5\r\n');
});

describe('the catalogue', () => {
	const indicator = (code: string, domain: string, tags: string[] = []) => ({ code, domain, period: 'monthly', scope: 'commune', tags }) as unknown as Indicator;
	const all = [indicator('A', 'D01', ['766']), indicator('B', 'D02'), indicator('C', 'D02', ['766'])];
	const texts = new Map([['A', 'a ty le ho so dung han'], ['B', 'b so ho ngheo'], ['C', 'c ho so qua han']]);
	const wanted: Wanted = { q: '', domain: [], period: [], scope: [], tag: [], filled: '' };
	const codes = (more: Partial<Wanted>, except?: 'domain') => found(all, texts, { ...wanted, ...more }, new Set(['B']), except).map((one) => one.code);
	it('is searched word by word without accents', () => {
		expect(codes({ q: 'han ho so' })).toEqual(['A', 'C']);
		expect(codes({ q: 'ngheo giau' })).toEqual([]);
	});
	it('facets narrow together, and a facet’s own counts ignore itself', () => {
		expect(codes({ tag: ['766'], domain: ['D02'] })).toEqual(['C']);
		expect(codes({ tag: ['766'], domain: ['D02'] }, 'domain')).toEqual(['A', 'C']);
		expect(codes({ filled: 'no' })).toEqual(['B']);
	});
});

it('shows each correction beside what it replaced, newest first', () => {
	const first = figure('X', '2026-10', '1');
	const second = figure('X', '2026-10', '2', { revision: 2, received: '2026-11-03T00:00:00Z' });
	const other = figure('Y', '2026-10', '7', { revision: 2, received: '2026-11-04T00:00:00Z' });
	expect(correctionsOf([first, second, other]).map((one) => [one.figure.unit, one.before])).toEqual([['Y', null], ['X', '1']]);
});
