import { describe, expect, it } from 'vitest';
import type { Criterion, IndexSet } from './contract';
import { wordBefore } from './FormulaPage';
import { rangeOf, supposedOf, treeOrder } from './IndexPage';
import { groupSets } from './Indices';

const leaf = (fields: Partial<Criterion>): Criterion => ({ code: '1', parent: null, name_vi: '', name_en: '', method: 'linear', points: 1, won: 0, lost: 1, missing: 0, leaves: 1, ...fields });
const set = (fields: Partial<IndexSet>): IndexSet => ({ code: 'A', index: 'I', version: '1', name_vi: '', name_en: '', description_vi: null, description_en: null, status: 'draft', period_kind: 'monthly', valid_from: '2026-01-01', valid_to: null, document: null, points: 100, demonstration: false, ...fields });

describe('the word before the caret', () => {
	it('is a name, with its accents', () => expect(wordBefore('1 + trun', 8)).toEqual({ start: 4, word: 'trun', code: false }));
	it('is a code inside an open bracket', () => expect(wordBefore('sum([K766.X', 11)).toEqual({ start: 4, word: 'K766.X', code: true }));
	it('is nothing after a closed one', () => expect(wordBefore('[A]', 3)).toEqual({ start: 3, word: '', code: false }));
	it('ends at the caret', () => expect(wordBefore('nếu(tổng', 3)).toEqual({ start: 0, word: 'nếu', code: false }));
});

it('supposed values come from the address, odd ones are dropped', () => {
	expect(supposedOf(['1.1:97.5', 'a:b:3', 'x:', ':1', '2:1e9'])).toEqual({ '1.1': '97.5', 'a:b': '3' });
});

it('a slider keeps to the range of the indicator, else to the thresholds', () => {
	expect(rangeOf(leaf({ min: 0, max: 100, value: 50 }))).toEqual({ min: 0, max: 100, step: 0.1 });
	expect(rangeOf(leaf({ low: 200000, high: 1000000 })).max).toBe(1250000);
	expect(rangeOf(leaf({ low: 5, high: 2.5, value: 3 }))).toEqual({ min: 0, max: 6.25, step: 0.01 });
});

it('groups are followed by what is in them', () => {
	const order = treeOrder([leaf({ code: 'A', method: 'group' }), leaf({ code: 'B' }), leaf({ code: 'A1', parent: 'A' })]);
	expect(order.map((one) => one.code)).toEqual(['A', 'A1', 'B']);
});

it('the version in force comes first', () => {
	const groups = groupSets([set({ version: '2', valid_from: '2027-01-01' }), set({ version: '1', status: 'promulgated' }), set({ index: 'J' })]);
	expect(groups.map((group) => group.map((one) => one.version))).toEqual([['1', '2'], ['1']]);
});
