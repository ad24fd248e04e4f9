import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { whenQuiet } from './quiet';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('what can wait comes after every question of the screen', async () => {
	const queries = new QueryClient();
	const run = vi.fn();
	let answer: (value: number) => void = () => {};
	void queries.fetchQuery({ queryKey: ['figures'], queryFn: () => new Promise<number>((resolve) => (answer = resolve)) });
	whenQuiet(queries, run);
	await vi.advanceTimersByTimeAsync(3000);
	expect(run).not.toHaveBeenCalled();
	answer(1);
	await vi.advanceTimersByTimeAsync(100);
	void queries.fetchQuery({ queryKey: ['scores'], queryFn: () => new Promise<number>((resolve) => (answer = resolve)) });
	await vi.advanceTimersByTimeAsync(3000);
	expect(run).not.toHaveBeenCalled();
	answer(2);
	await vi.advanceTimersByTimeAsync(1000);
	expect(run).toHaveBeenCalledTimes(1);
	await queries.fetchQuery({ queryKey: ['more'], queryFn: () => 3 });
	await vi.advanceTimersByTimeAsync(1000);
	expect(run).toHaveBeenCalledTimes(1);
});

test('a question that hangs holds nothing back for ever', async () => {
	const queries = new QueryClient();
	const run = vi.fn();
	void queries.fetchQuery({ queryKey: ['figures'], queryFn: () => new Promise<number>(() => {}) });
	whenQuiet(queries, run);
	await vi.advanceTimersByTimeAsync(11_000);
	expect(run).toHaveBeenCalledTimes(1);
});

test('a screen that is left waits for nothing', async () => {
	const run = vi.fn();
	whenQuiet(new QueryClient(), run)();
	await vi.advanceTimersByTimeAsync(5000);
	expect(run).not.toHaveBeenCalled();
});
