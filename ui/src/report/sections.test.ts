import { describe, expect, it } from 'vitest';
import { kinds, membersOf, moved, newSection, shown, taken, tidy } from './sections';

describe('sections of a report', () => {
	it('a new one of each kind asks for something', () => {
		for (const kind of kinds) expect(membersOf(newSection(kind)).length, kind).toBeGreaterThan(0);
		expect(membersOf({ kind: 'chart', chart: 'ranking' })).not.toContain('periods');
	});
	it('lines go in and out of a text', () => {
		expect(shown('items', ['a', 'b'])).toBe('a\nb');
		expect(taken('items', 'a\nb\n')).toEqual(['a', 'b', '']);
		expect(taken('level', '2')).toBe(2);
		expect(taken('periods', 'x')).toBe('x');
	});
	it('what was left empty is not sent', () => {
		expect(tidy({ head: { agency: '', to: [' '] }, sections: [{ kind: 'list', items: ['a ', '', 'b'], numbered: false }], sign: { title: 'Giám đốc' } }))
			.toEqual({ sections: [{ kind: 'list', items: ['a', 'b'], numbered: false }], sign: { title: 'Giám đốc' } });
	});
	it('a section moves by one place and not out of the list', () => {
		expect(moved(['a', 'b', 'c'], 1, -1)).toEqual(['b', 'a', 'c']);
		expect(moved(['a', 'b', 'c'], 1, 1)).toEqual(['a', 'c', 'b']);
		expect(moved(['a', 'b'], 1, 1)).toEqual(['a', 'b']);
	});
});
