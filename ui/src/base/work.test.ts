import { describe, expect, it } from 'vitest';
import { workOf } from './useWorkTime';

describe('work time', () => {
	it('is the time between acts', () => expect(workOf([0, 1000, 4000])).toBe(4000));
	it('leaves out rests of more than a minute', () => expect(workOf([0, 1000, 200_000, 201_500])).toBe(2500));
	it('is nothing for one act, and never negative when the clock is set back', () => expect([workOf([5]), workOf([9000, 4000])]).toEqual([0, 0]));
});
