import { describe, expect, it } from 'vitest';
import type { Pivot, Tile } from './contract';
import { append, arrange, overlaps, settle } from './grid';
import { finer, lastKnown, questionText, readQuestion } from './pivot';

const tile = (x: number, y: number, w: number, h: number): Tile => ({ kind: 'number', query: 'indicator=A', x, y, w, h });
const clear = (tiles: Tile[]) => tiles.every((a, i) => tiles.every((b, k) => k === i || !overlaps(a, b)));

describe('tiles on the grid', () => {
	it('make room for the one that moves', () => {
		const moved = arrange([tile(0, 0, 6, 2), tile(6, 0, 6, 2), tile(0, 2, 12, 3)], 1, { x: 3 });
		expect(clear(moved)).toBe(true);
		expect(moved[1]).toMatchObject({ x: 3, y: 0 });
		expect(moved[0]?.y).toBe(2);
	});
	it('stay within twelve columns and fall up', () => {
		expect(arrange([tile(0, 0, 6, 2)], 0, { x: 11, w: 30, h: 99 })[0]).toMatchObject({ x: 0, w: 12, h: 24 });
		expect(settle([tile(0, 5, 3, 1), tile(3, 9, 3, 1)]).map((one) => one.y)).toEqual([0, 0]);
	});
	it('a new one comes last', () => {
		const tiles = append([tile(0, 0, 12, 4)], { kind: 'line', query: 'indicator=B', w: 6, h: 3 });
		expect(tiles[1]).toMatchObject({ x: 0, y: 4 });
	});
});

describe('questions to the cube', () => {
	it('keep what the cube knows and nothing else', () => {
		expect(questionText({ indicator: ['A', 'B'], rows: 'unit', show: 'rank', edit: '1', under: '' })).toBe('indicator=A&indicator=B&rows=unit');
		expect(readQuestion('indicator=A&show=x&periods=6')).toEqual({ indicator: 'A', periods: '6' });
	});
	const table = (grain: Pivot['grain'], period: Pivot['grain']) => ({ grain, indicators: [{ period }] }) as Pivot;
	it('go down to the periods an indicator is reported in, and no further', () => {
		expect(finer(table('yearly', 'monthly'))).toBe('half_yearly');
		expect(finer(table('quarterly', 'monthly'))).toBe('monthly');
		expect(finer(table('monthly', 'monthly'))).toBe(null);
		expect(finer(table('monthly', 'daily'))).toBe('daily');
		expect(finer(table('monthly', 'weekly'))).toBe('weekly');
	});
	it('find the last value before the total', () => {
		const answer = { columns: [{ period: '2026-09' }, { period: '2026-10' }, { period: null }], cells: { value: [['1', null, '9'], [null, null, null]] } } as unknown as Pivot;
		expect(lastKnown(answer, 0)).toBe(0);
		expect(lastKnown(answer, 1)).toBe(-1);
	});
});
