import { expect, it } from 'vitest';
import type { OwedItem, UnitTally } from '../app/contract';
import { needing } from './CentreHome';
import { byDay, byIndicator, dueOf } from './OwedList';
import { passwordReady } from './PasswordPair';

const owed = (indicator: string, deadline: string): OwedItem => ({ unit: 'U', indicator, name_vi: indicator, name_en: indicator, period: deadline.slice(0, 10), deadline, state: 'due', duty: null, met: null, met_late: false, figure: null, status: null });

it('groups what is owed by the centre’s day, the most urgent first', () => {
	const days = byDay([owed('B', '2026-11-24T10:00:00Z'), owed('A', '2026-11-22T10:00:00Z'), owed('C', '2026-11-22T18:00:00Z')]);
	expect(days.map((day) => [day.day, day.items.map((item) => item.indicator)])).toEqual([['2026-11-22', ['A']], ['2026-11-23', ['C']], ['2026-11-24', ['B']]]);
});

it('gives today and tomorrow a panel each, and the days after one together', () => {
	const { soon, later } = dueOf([owed('A', '2026-11-25T10:00:00Z'), owed('A', '2026-11-24T10:00:00Z'), owed('A', '2026-11-23T10:00:00Z'), owed('A', '2026-11-22T10:00:00Z')], '2026-11-22');
	expect(soon.map((day) => day.day)).toEqual(['2026-11-22', '2026-11-23']);
	expect(later.map((item) => item.period)).toEqual(['2026-11-24', '2026-11-25']);
});

it('makes one line of an indicator that is owed many times, oldest first', () => {
	const debts = byIndicator([owed('A', '2026-11-02T10:00:00Z'), owed('B', '2026-10-01T10:00:00Z'), owed('A', '2026-11-01T10:00:00Z')]);
	expect(debts.map((debt) => [debt.indicator, debt.items.map((item) => item.period)])).toEqual([['B', ['2026-10-01']], ['A', ['2026-11-01', '2026-11-02']]]);
});

it('puts first whom a person must call first, and leaves out who is fine', () => {
	const tally = (unit: string, change: Partial<UnitTally>): UnitTally => ({ unit, name_vi: unit, name_en: unit, kind: 'commune', due: 0, late: 0, met: 0, met_late: 0, excused: 0, last: null, oldest: null, silent: false, ...change });
	const units = needing([tally('fine', { due: 4 }), tally('late2', { late: 2, oldest: '2026-11-02' }), tally('late2older', { late: 2, oldest: '2026-11-01' }), tally('late9', { late: 9 }), tally('silent', { late: 1, silent: true })]);
	expect(units.map((unit) => unit.unit)).toEqual(['silent', 'late9', 'late2older', 'late2']);
});

it('takes a new password only when it is long enough and typed twice alike', () => {
	expect(passwordReady({ password: 'biển xanh 7', again: 'biển xanh 7' })).toBe(true);
	expect(passwordReady({ password: 'biển xanh', again: 'biển xanh' })).toBe(false);
	expect(passwordReady({ password: 'biển xanh 7', again: 'biển xanh 8' })).toBe(false);
});
