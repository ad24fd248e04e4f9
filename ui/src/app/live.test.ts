import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Live } from './live';
import { keysOf } from './query';

class FakeSource extends EventTarget {
	static all: FakeSource[] = [];
	readyState = 0;
	onopen: (() => void) | null = null;
	onerror: (() => void) | null = null;
	constructor() {
		super();
		FakeSource.all.push(this);
	}
	opened() {
		this.readyState = 1;
		this.onopen?.();
	}
	failed(closed: boolean) {
		this.readyState = closed ? 2 : 0;
		this.onerror?.();
	}
	tell(data: object) {
		this.dispatchEvent(new MessageEvent('journal', { data: JSON.stringify(data) }));
	}
	close() {
		this.readyState = 2;
	}
}

beforeEach(() => {
	vi.useFakeTimers();
	vi.stubGlobal('EventSource', { CLOSED: 2 });
	FakeSource.all = [];
});
afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

function make() {
	const queries = new QueryClient();
	const stale = vi.spyOn(queries, 'invalidateQueries').mockResolvedValue();
	const live = new Live(queries, () => new FakeSource() as never);
	live.start();
	return { live, queries, stale };
}

it('says how the connection stands, and lets the browser retry by itself', () => {
	const { live } = make();
	expect(live.connection()).toBe('connecting');
	FakeSource.all[0]?.opened();
	expect(live.connection()).toBe('live');
	FakeSource.all[0]?.failed(false);
	expect(live.connection()).toBe('reconnecting');
	vi.advanceTimersByTime(60_000);
	expect(FakeSource.all.length).toBe(1);
	live.stop();
});

it('opens anew after a refusal, waiting longer each time, and then asks again for what is on screen', () => {
	const { live, stale } = make();
	FakeSource.all[0]?.failed(true);
	vi.advanceTimersByTime(1000);
	expect(FakeSource.all.length).toBe(2);
	FakeSource.all[1]?.failed(true);
	vi.advanceTimersByTime(900);
	expect(FakeSource.all.length).toBe(2);
	vi.advanceTimersByTime(1100);
	expect(FakeSource.all.length).toBe(3);
	expect(stale).not.toHaveBeenCalled();
	FakeSource.all[2]?.opened();
	expect(stale).toHaveBeenCalledTimes(1);
	live.stop();
});

it('makes stale what a burst of events is about, once', () => {
	const { live, queries, stale } = make();
	FakeSource.all[0]?.opened();
	for (let i = 0; i < 500; i++) FakeSource.all[0]?.tell({ kind: 'unit.changed', subject: 'unit', id: String(i), at: '' });
	vi.advanceTimersByTime(1000);
	expect(stale).toHaveBeenCalledTimes(1);
	const predicate = stale.mock.calls[0]?.[0]?.predicate;
	const query = (key: string) => queries.getQueryCache().build(queries, { queryKey: [key, 'list'] as readonly unknown[] });
	expect(predicate?.(query('units'))).toBe(true);
	expect(predicate?.(query('journal'))).toBe(true);
	expect(predicate?.(query('documents'))).toBe(false);
	live.stop();
});

it('knows the collections of a kind', () => {
	expect(keysOf('code_item')).toEqual(['code-items']);
	expect(keysOf('figure')).toContain('owed');
});
