/* How long somebody works at something: the time between what he does, as long as he does not rest for over a minute.
 * Kept on the device, so that a draft taken up again tomorrow keeps what it has cost. */
import { useEffect } from 'react';
import { recall, remember } from './storage';

const rest = 60_000;
const acts = ['keydown', 'pointerdown', 'paste', 'drop'] as const;

/** Milliseconds that the moments of acts add up to, the first of them being the start. */
export function workOf(moments: number[]): number {
	return moments.slice(1).reduce((sum, at, i) => {
		const gap = at - (moments[i] ?? at);
		return gap > 0 && gap <= rest ? sum + gap : sum;
	}, 0);
}

/** what: a name for the work, the same when it is taken up again.  seconds(): so far, whole; done(): it begins anew. */
export function useWorkTime(what: string): { seconds: () => number; done: () => void } {
	const name = `work.${what}`;
	useEffect(() => {
		let last = Date.now();
		const act = () => {
			const now = Date.now();
			remember(name, String(Number(recall(name) ?? 0) + workOf([last, now])));
			last = now;
		};
		for (const kind of acts) addEventListener(kind, act, { capture: true, passive: true });
		return () => {
			for (const kind of acts) removeEventListener(kind, act, { capture: true });
		};
	}, [name]);
	return {
		seconds: () => Math.min(86_400, Math.round(Number(recall(name) ?? 0) / 1000)),
		done: () => remember(name, '0'),
	};
}
