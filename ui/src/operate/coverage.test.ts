import { describe, expect, it } from 'vitest';
import { gaps, look } from './coverage';

const states = ['never', 'stopped', 'late', 'provisional', 'complete', 'excused', 'due'];

describe('squares of the coverage map', () => {
	it('show the mark of the one series', () => {
		expect(look([1, 0, 0, 0, 0, 0, 0], states)).toMatchObject({ state: 'never', text: '○' });
		expect(look([0, 0, 0, 0, 1, 0, 0], states)).toMatchObject({ state: 'complete', text: '✓' });
	});
	it('show how many of a hundred are there, in the tone of the worst', () => {
		expect(look([0, 0, 1, 1, 1, 5, 0], states)).toMatchObject({ state: 'late', text: '66' });
		expect(look([0, 0, 0, 1, 9, 0, 2], states)).toMatchObject({ state: 'provisional', text: '~' });
	});
	it('are empty where nothing is owed', () => {
		expect(look([0, 0, 0, 0, 0, 0, 0], states).state).toBeNull();
		expect(look([0, 0, 0, 0, 0, 0, 3], states)).toMatchObject({ state: 'due', text: '·' });
	});
	it('count what should be there and is not', () => {
		expect(gaps({ code: 'x', name_vi: '', name_en: '', series: 3, never: 1, stopped: 0, squares: [[1, 0, 2, 3, 4, 5, 6], [0, 1, 0, 0, 0, 0, 0]] }, states)).toBe(4);
	});
});
