import { describe, expect, it } from 'vitest';
import type { Prediction, Standing, Step, WeekItem } from './contract';
import { atRisk, byMonth, excludedOf, lateBy, monthsOf, sortLadder, sortWeek, undecided } from './discipline';

const step: Step = { code: 'TRACH-NHIEM', reminders: 3, target: 'leader', name_vi: 'Xem xét trách nhiệm', name_en: 'Reviewed', document: null, document_number: null };
const item = (unit: string, more: Partial<WeekItem>): WeekItem => ({
	id: unit, unit, unit_vi: unit, unit_en: unit, week: '2026-W47', rule: '', state: 'draft', stands: false, late: 1, oldest: null, oldest_days: 1, cutoff: '2026-11-16T00:00:00Z', reviewed: null,
	year: 0, number: 0, issued: null, journal: null, acknowledged: null, appealed: null, decided: null, upheld: false, withdrawn: null, evidence: [], count: 0, would_be: 1, would_reach: null, ...more,
});
const dot = (id: string, issued: string) => ({ id, number: 1, issued, late: 1, state: 'issued' as const, server: 1, seq: 1 });
const standing = (unit: string, more: Partial<Standing>): Standing => ({ unit, unit_vi: unit, unit_en: unit, count: 0, next: null, until_next: 0, reached: [], lapsed: [], reminders: [], ...more });

describe('the week', () => {
	it('is sorted by what there is to do, the gravest first', () => {
		const sorted = sortWeek([
			item('one', {}), item('many', { late: 9 }), item('grave', { would_reach: step }), item('out', { state: 'left_out' }), item('none', { late: 0 }),
			item('done', { state: 'issued', issued: { at: '2026-11-16T01:00:00Z', by: '1' } }),
		]);
		expect([sorted.chosen, sorted.out, sorted.issued, sorted.nothing].map((items) => items.map((of) => of.unit))).toEqual([['grave', 'many', 'one'], ['out'], ['done'], ['none']]);
	});
	it('is read by rule, the fullest first, and by the day of the deadline in the centre, the latest first', () => {
		const late = (rule: string, deadline: string, excluded = ''): WeekItem['evidence'][number] => ({ duty: rule + deadline, indicator: null, name_vi: null, name_en: null, period: '2026-11', deadline, rule, excluded: excluded as '', why: null });
		const items = [
			item('a', { evidence: [late('R1', '2026-11-10T10:00:00Z'), late('R1', '2026-11-11T18:00:00Z', 'outage')] }),
			item('b', { evidence: [late('R2', '2026-11-10T18:00:00Z'), late('R2', '2026-11-10T10:00:00Z'), late('', '2026-11-09T10:00:00Z')] }),
		];
		const told = (by: 'rule' | 'day') => lateBy(items, by).map((group) => [group.key, group.duties.map((one) => one.item.unit).join('')]);
		expect(told('rule')).toEqual([['R2', 'bb'], ['R1', 'a'], ['', 'b']]);
		expect(told('day')).toEqual([['2026-11-11', 'b'], ['2026-11-10', 'ab'], ['2026-11-09', 'b']]);
	});
	it('counts what was not counted, by reason', () => {
		const evidence = (excluded: 'outage' | 'excused' | '') => ({ duty: '1', indicator: null, name_vi: null, name_en: null, period: '2026-11', deadline: '', rule: '', excluded, why: null });
		expect(excludedOf([{ evidence: [evidence('outage'), evidence('')] }, { evidence: [evidence('excused'), evidence('outage')] }])).toEqual([['outage', 2], ['excused', 1]]);
	});
});

it('who is about to be late: one line a unit, only the likely ones, with the first deadline', () => {
	const of = (unit: string, permille: number, deadline: string): Prediction => ({ unit, unit_vi: unit, unit_en: unit, duty: '1', indicator: null, name_vi: null, name_en: null, period: '2026-11', deadline, permille, nudged: null });
	const found = atRisk([of('a', 600, '2026-11-26'), of('b', 900, '2026-11-27'), of('a', 700, '2026-11-25'), of('c', 499, '2026-11-25')], 500);
	expect(found.map((at) => [at.unit, at.items.length, at.permille, at.deadline])).toEqual([['b', 1, 900, '2026-11-27'], ['a', 2, 700, '2026-11-25']]);
});

describe('the ladder', () => {
	const reached = { step, at: '2026-03-31T18:00:00Z', reminder: 'c', number: 9, decision: null };
	it('puts each reminder in its month by the clock of the centre, numbered through the year', () => {
		const months = byMonth(standing('u', { reminders: [dot('a', '2026-01-05T01:00:00Z'), dot('b', '2026-03-30T01:00:00Z'), dot('c', '2026-03-31T18:00:00Z')], reached: [reached] }), monthsOf({ year: 2026, counts: 'calendar' }, '2026-11-27T02:00:00Z'));
		expect(months.map((marks) => marks.map((mark) => mark.nth))).toEqual([[1], [], [2], [3], [], [], [], [], [], [], [], []]);
		expect(months[3]?.[0]?.step?.code).toBe('TRACH-NHIEM');
	});
	it('shows thirteen months when the last twelve count, to the end of a year that is over', () => {
		const months = monthsOf({ year: 2026, counts: 'rolling' }, '2026-02-27T02:00:00Z');
		expect([months.length, months[0], months[12]]).toEqual([13, '2025-02', '2026-02']);
		expect(monthsOf({ year: 2025, counts: 'rolling' }, '2026-02-27T02:00:00Z').at(-1)).toBe('2025-12');
		const marks = byMonth(standing('u', { reminders: [dot('a', '2025-03-05T01:00:00Z'), dot('b', '2026-02-05T01:00:00Z')] }), months);
		expect([marks[1]?.[0]?.id, marks[12]?.[0]?.nth]).toEqual(['a', 2]);
	});
	it('shows first where a decision waits; a mere reminder needs none', () => {
		const mere = { ...reached, step: { ...step, target: 'unit' as const } };
		expect(undecided(standing('u', { reached: [mere, reached] }))).toEqual([reached]);
		const rows = [standing('b', { count: 5 }), standing('a', { count: 5 }), standing('waits', { count: 3, reached: [reached] })];
		expect(sortLadder(rows).map((of) => of.unit)).toEqual(['waits', 'a', 'b']);
	});
});
