import { describe, expect, it } from 'vitest';
import type { GridRow } from './contract';
import { addDecimals, compareDecimals, decimalsOf, percentChange, subtractDecimals } from './decimal';
import { copyBlock, count, type Edits, figureOf, fillDown, grouped, keyOf, land, move, needsReason, nothing, parseBlock, problemsOf, reduce, signature, stateOf, sumOf, type Typed, unambiguous, understand } from './grid';

function row(indicator: string, more: Partial<GridRow> = {}): GridRow {
	return {
		indicator, name_vi: `Chỉ tiêu ${indicator}`, name_en: `Indicator ${indicator}`, domain: 'D01', measure_vi: 'hồ sơ', measure_en: 'dossiers', period: '2026-11', breakdown: '', breakdown_vi: null, breakdown_en: null,
		deadline: '2026-12-05T10:00:00Z', decimals: 1, min: '0', max: '5000', sum_of: [], history: [], range: null, current: null, draft: null, state: 'due', ...more,
	};
}

const typed = (value: string, remark = '', sure = false): Typed => ({ value, remark, sure });
const sent = (value: string | null): GridRow['current'] => ({ id: '1', indicator: 'A', unit: 'U', period: '2026-11', breakdown: '', value, status: 'submitted', flags: [], current: true, revision: 1, received: '2026-11-20T00:00:00Z', remark: null, delivery: null });
const keys = (n: number) => Array.from({ length: n }, (_, i) => row(String.fromCharCode(65 + i)));

describe('exact decimals', () => {
	it('add, subtract and compare beyond what a binary number holds', () => {
		expect(addDecimals('0.1', '0.20')).toBe('0.30');
		expect(addDecimals('9007199254740993', '0.01')).toBe('9007199254740993.01');
		expect(subtractDecimals('1.05', '2')).toBe('-0.95');
		expect(subtractDecimals('-1', '-3.5')).toBe('2.5');
		expect(compareDecimals('10', '9.99')).toBe(1);
		expect(compareDecimals('-1.50', '-1.5')).toBe(0);
		expect(decimalsOf('1.500')).toBe(1);
	});
	it('change in percent is rounded half away from zero, and unknown from nothing', () => {
		expect(percentChange('200', '207.1')).toBe('3.6');
		expect(percentChange('3', '2')).toBe('-33.3');
		expect(percentChange('-4', '-2')).toBe('50.0');
		expect(percentChange('0', '5')).toBeNull();
	});
});

describe('understanding', () => {
	it('reads both ways of writing as the same number', () => {
		for (const text of ['1.234,5', '1234.5', '1,234.5', '1 234,5']) expect(understand(typed(text))).toEqual({ kind: 'number', value: '1234.5', doubtful: false });
	});
	it('asks about one mark before three digits until the person is sure', () => {
		expect(understand(typed('1.234'))).toEqual({ kind: 'number', value: '1234', doubtful: true });
		expect(understand(typed('1.234', '', true))).toMatchObject({ doubtful: false });
	});
	it('no value with a remark says that there is none', () => {
		expect(understand(typed('  '))).toEqual({ kind: 'blank' });
		expect(understand(typed('', 'mất điện'))).toEqual({ kind: 'nothing' });
		expect(understand(typed('hai mươi'))).toEqual({ kind: 'wrong' });
	});
	it('sends what nobody can read in another way', () => {
		expect(unambiguous('1.234')).toBe('1.2340');
		expect(unambiguous('1234.5')).toBe('1234.5');
		expect(figureOf('U', row('A'), typed('1.234', '', true)).value).toBe('1234');
		expect(figureOf('U', row('A'), typed('1.234')).value).toBe('1.234');
		expect(figureOf('U', row('A'), typed('', 'mất điện'))).toMatchObject({ value: null, remark: 'mất điện' });
	});
});

describe('local checks', () => {
	it('name the limit that is broken', () => {
		expect(problemsOf(row('A'), typed('-1'))).toEqual([{ kind: 'least', limit: '0' }]);
		expect(problemsOf(row('A'), typed('5000,1'))).toEqual([{ kind: 'most', limit: '5000' }]);
		expect(problemsOf(row('A'), typed('1,25'))).toEqual([{ kind: 'decimals', count: 1 }]);
		expect(problemsOf(row('A'), typed('x'))).toEqual([{ kind: 'number' }]);
		expect(problemsOf(row('A'), typed('5000'))).toEqual([]);
	});
	it('a correction needs a reason, the same value does not', () => {
		const of = row('A', { current: sent('12.0') });
		expect(needsReason(of, typed('12'))).toBe(false);
		expect(problemsOf(of, typed('13'))).toEqual([{ kind: 'reason' }]);
		expect(problemsOf(of, typed('13', 'nhập nhầm'))).toEqual([]);
		expect(figureOf('U', of, typed('13', 'nhập nhầm')).reason).toBe('nhập nhầm');
	});
	it('a total follows its parts while they are typed', () => {
		const rows = [row('A'), row('B', { current: sent('2.5') }), row('T', { sum_of: ['A', 'B'] })];
		const find = (key: string) => rows.find((one) => keyOf(one) === key);
		const total = rows[2] as GridRow;
		expect(sumOf(total, find, {})).toBeNull();
		expect(sumOf(total, find, { [keyOf(row('A'))]: typed('1,5') })).toBe('4.0');
		expect(sumOf(total, find, { [keyOf(row('A'))]: typed('x') })).toBeNull();
	});
});

describe('state of a cell', () => {
	const of = row('A');
	const ask = (t: Typed | undefined, status?: 'accepted' | 'doubtful' | 'refused', checking = false, back = false) => stateOf(of, t, status && t ? { about: signature(of, t), status, problems: [] } : undefined, checking, back);
	it('goes from empty over draft and checking to what the server says', () => {
		expect(ask(undefined)).toBe('empty');
		expect(ask(typed('5'))).toBe('draft');
		expect(ask(typed('5'), undefined, true)).toBe('checking');
		expect(ask(typed('5'), 'accepted')).toBe('ok');
		expect(ask(typed('5'), 'doubtful')).toBe('doubtful');
		expect(ask(typed('5'), 'refused')).toBe('refused');
		expect(ask(undefined, undefined, false, true)).toBe('returned');
		expect(stateOf(row('A', { current: sent('5') }), undefined, undefined, false, false)).toBe('sent');
	});
	it('an old word about another value does not count', () => {
		expect(stateOf(of, typed('6'), { about: signature(of, typed('5')), status: 'accepted', problems: [] }, false, false)).toBe('draft');
		expect(stateOf(of, typed('6', 'vì'), { about: signature(of, typed('6')), status: 'doubtful', problems: [] }, true, false)).toBe('checking');
	});
	it('counts for the bar', () => {
		expect(count(['empty', 'ok', 'sent', 'doubtful', 'refused', 'returned'])).toEqual({ all: 6, done: 2, sendable: 1, explain: 2, refused: 1 });
	});
});

describe('keys', () => {
	const at = { row: 1, column: 0 };
	const plain = { shift: false, ctrl: false };
	it('move within the grid and stop at its edges', () => {
		expect(move(at, 'ArrowDown', plain, 3, 10)).toEqual({ row: 2, column: 0 });
		expect(move({ row: 2, column: 0 }, 'Enter', plain, 3, 10)).toEqual({ row: 2, column: 0 });
		expect(move(at, 'Enter', { shift: true, ctrl: false }, 3, 10)).toEqual({ row: 0, column: 0 });
		expect(move(at, 'ArrowDown', { shift: false, ctrl: true }, 900, 10)).toEqual({ row: 899, column: 0 });
		expect(move(at, 'End', plain, 3, 10)).toEqual({ row: 1, column: 1 });
		expect(move(at, 'PageDown', plain, 5, 10)).toEqual({ row: 4, column: 0 });
		expect(move(at, 'q', plain, 3, 10)).toBeNull();
	});
	it('Tab goes cell by cell and leaves the grid at its ends', () => {
		expect(move(at, 'Tab', plain, 3, 10)).toEqual({ row: 1, column: 1 });
		expect(move({ row: 1, column: 1 }, 'Tab', plain, 3, 10)).toEqual({ row: 2, column: 0 });
		expect(move({ row: 2, column: 1 }, 'Tab', plain, 3, 10)).toBeNull();
		expect(move({ row: 0, column: 0 }, 'Tab', { shift: true, ctrl: false }, 3, 10)).toBeNull();
	});
});

describe('pasting', () => {
	it('reads what a spreadsheet puts on the clipboard', () => {
		expect(parseBlock('1\t2\r\n3\t4\r\n')).toEqual([['1', '2'], ['3', '4']]);
		expect(parseBlock('"a\tb"\t"hai\ndòng"\n"nói ""có"""\t')).toEqual([['a\tb', 'hai\ndòng'], ['nói "có"', '']]);
		expect(parseBlock('1\n\n3')).toEqual([['1'], [''], ['3']]);
		expect(parseBlock('"5" cm')).toEqual([['"5" cm']]);
		expect(parseBlock('')).toEqual([['']]);
	});
	it('lands a column from the chosen cell on, and counts what has no place', () => {
		const landing = land('1,5\n2,5\n3,5', keys(3), { row: 1, column: 0 }, { row: 1, column: 0 });
		expect(landing.patches).toEqual([{ key: 'B|2026-11|', value: '1,5' }, { key: 'C|2026-11|', value: '2,5' }]);
		expect(landing).toMatchObject({ landed: 2, left: 1, byName: false });
	});
	it('lands a block with remarks beside the values', () => {
		expect(land('1\tvì mưa\n2\t', keys(2), { row: 0, column: 0 }, { row: 0, column: 0 }).patches).toEqual([{ key: 'A|2026-11|', value: '1', remark: 'vì mưa' }, { key: 'B|2026-11|', value: '2', remark: '' }]);
	});
	it('one value fills all chosen cells', () => {
		expect(land('7', keys(4), { row: 3, column: 0 }, { row: 1, column: 0 }).patches.map((patch) => patch.key)).toEqual(['B|2026-11|', 'C|2026-11|', 'D|2026-11|']);
	});
	it('finds the rows by their names, accents or not, in any order', () => {
		const landing = land('STT\tTên\tSố\n1\tchi tieu C\thồ sơ\t30\n2\tChỉ tiêu A\thồ sơ\t1.234,5', keys(3), { row: 0, column: 0 }, { row: 0, column: 0 });
		expect(landing.byName).toBe(true);
		expect(landing.patches).toEqual([{ key: 'C|2026-11|', value: '30' }, { key: 'A|2026-11|', value: '1.234,5' }]);
	});
	it('copies as it pastes', () => {
		const edits: Edits = { 'A|2026-11|': typed('1,5', 'hai\ndòng') };
		const text = copyBlock(keys(2), edits, { row: 0, column: 0 }, { row: 1, column: 1 });
		expect(parseBlock(text)).toEqual([['1,5', 'hai\ndòng'], ['', '']]);
	});
	it('fills down from the top of what is chosen, or from above', () => {
		const edits: Edits = { 'A|2026-11|': typed('4') };
		expect(fillDown(keys(3), edits, { row: 2, column: 0 }, { row: 0, column: 0 })).toEqual([{ key: 'B|2026-11|', value: '4' }, { key: 'C|2026-11|', value: '4' }]);
		expect(fillDown(keys(3), edits, { row: 1, column: 0 }, { row: 1, column: 0 })).toEqual([{ key: 'B|2026-11|', value: '4' }]);
		expect(fillDown(keys(3), edits, { row: 0, column: 0 }, { row: 0, column: 0 })).toEqual([]);
	});
});

describe('undoing', () => {
	it('takes a paste back in one step and gives it again', () => {
		let state = reduce(nothing, { do: 'set', patches: [{ key: 'a', value: '1' }] });
		state = reduce(state, { do: 'set', patches: [{ key: 'a', value: '2' }, { key: 'b', value: '3' }] });
		state = reduce(state, { do: 'undo' });
		expect(state.edits).toEqual({ a: typed('1') });
		state = reduce(state, { do: 'redo' });
		expect(state.edits.b?.value).toBe('3');
		state = reduce(reduce(state, { do: 'undo' }), { do: 'undo' });
		expect(state.edits).toEqual({});
		expect(reduce(state, { do: 'undo' })).toBe(state);
	});
	it('a new change forgets what was undone; no change is no step', () => {
		let state = reduce(nothing, { do: 'set', patches: [{ key: 'a', value: '1' }] });
		state = reduce(reduce(state, { do: 'undo' }), { do: 'set', patches: [{ key: 'a', value: '9' }] });
		expect(state.undone).toEqual([]);
		expect(reduce(state, { do: 'set', patches: [{ key: 'a', value: '9' }] })).toBe(state);
	});
	it('typing again takes a confirmation back', () => {
		let state = reduce(nothing, { do: 'set', patches: [{ key: 'a', value: '1.234' }] });
		state = reduce(state, { do: 'set', patches: [{ key: 'a', sure: true }] });
		expect(state.edits.a?.sure).toBe(true);
		expect(reduce(state, { do: 'set', patches: [{ key: 'a', value: '1.235' }] }).edits.a?.sure).toBe(false);
	});
	it('what was loaded does not overwrite what is being typed; what was sent cannot be undone', () => {
		const state = reduce(reduce(nothing, { do: 'set', patches: [{ key: 'a', value: 'now' }] }), { do: 'load', edits: { a: typed('old'), b: typed('2') } });
		expect([state.edits.a?.value, state.edits.b?.value]).toEqual(['now', '2']);
		expect(reduce(state, { do: 'forget', keys: ['a'] })).toMatchObject({ done: [], edits: { b: typed('2') } });
	});
});

it('groups keep the order of rows and number them', () => {
	const rows = [row('A'), row('B', { domain: 'D02' }), row('C')];
	const { items, order } = grouped(rows, (one) => one.domain ?? '');
	expect(items.map((item) => (item.kind === 'group' ? item.id : item.at))).toEqual(['D01', 0, 1, 'D02', 2]);
	expect(order.map((one) => one.indicator)).toEqual(['A', 'C', 'B']);
});
