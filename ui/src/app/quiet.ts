import type { QueryClient } from '@tanstack/react-query';

const pause = 500; // ms: between two questions of a screen that is still being drawn
const longest = 10_000; // a question that hangs holds nothing back for ever

/** Once nothing is asked of the server any more: what a person does not look for must not come before what he does. */
export function whenQuiet(queries: QueryClient, run: () => void): () => void {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const look = () => {
		clearTimeout(timer);
		timer = queries.isFetching() ? undefined : setTimeout(end, pause);
	};
	const unwatch = queries.getQueryCache().subscribe(look);
	const stop = () => {
		clearTimeout(timer);
		clearTimeout(latest);
		unwatch();
	};
	const end = () => {
		stop();
		run();
	};
	const latest = setTimeout(end, longest);
	look();
	return stop;
}
