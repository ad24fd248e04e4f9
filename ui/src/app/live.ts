/* The live stream: one EventSource for the page.  It says how the connection stands, and makes the answers stale that an
 * event is about; it never blanks what is on screen. */
import type { QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import type { JournalEntry } from './contract';
import { keysOf } from './query';

export type Connection = 'connecting' | 'live' | 'reconnecting' | 'offline';
export type LiveEvent = Pick<JournalEntry, 'kind' | 'at' | 'unit' | 'subject' | 'id'>;

const settle = 400;
const longest = 30_000;

export class Live {
	private source: EventSource | null = null;
	private state: Connection = 'connecting';
	private tries = 0;
	private timer: ReturnType<typeof setTimeout> | undefined;
	private stale = new Set<string>();
	private flush: ReturnType<typeof setTimeout> | undefined;
	private readonly watchers = new Set<() => void>();
	private readonly listeners = new Set<(event: LiveEvent) => void>();
	private readonly queries: QueryClient;
	private readonly open: (url: string) => EventSource;

	constructor(queries: QueryClient, open: (url: string) => EventSource = (url) => new EventSource(url)) {
		this.queries = queries;
		this.open = open;
	}

	start(): void {
		if (this.source) return;
		addEventListener('online', this.retryNow);
		addEventListener('offline', this.lost);
		this.connect();
	}

	stop(): void {
		removeEventListener('online', this.retryNow);
		removeEventListener('offline', this.lost);
		clearTimeout(this.timer);
		clearTimeout(this.flush);
		this.flush = undefined;
		this.source?.close();
		this.source = null;
		this.tries = 0;
		this.set('connecting');
	}

	readonly watch = (watcher: () => void): (() => void) => {
		this.watchers.add(watcher);
		return () => this.watchers.delete(watcher);
	};

	readonly connection = (): Connection => this.state;

	/** Every event as it comes, for screens that show the journal itself. */
	listen(listener: (event: LiveEvent) => void): () => void {
		this.listeners.add(listener);
		return () => this.listeners.delete(listener);
	}

	private connect(): void {
		const source = this.open('/api/v1/live');
		this.source = source;
		source.onopen = () => {
			// What happened while we were away is not replayed to a new stream: ask again for what is on screen.
			if (this.tries > 0) void this.queries.invalidateQueries();
			this.tries = 0;
			this.set('live');
		};
		source.onerror = () => {
			this.set(navigator.onLine ? 'reconnecting' : 'offline');
			// The browser retries by itself unless the answer was a refusal.
			if (source.readyState === EventSource.CLOSED) this.later();
		};
		// The server had more to tell than it keeps for a slow reader.
		source.addEventListener('gap', () => void this.queries.invalidateQueries());
		source.addEventListener('journal', (message) => this.take(message as MessageEvent<string>));
	}

	private take(message: MessageEvent<string>): void {
		const event = JSON.parse(message.data) as LiveEvent;
		for (const listener of this.listeners) listener(event);
		for (const key of keysOf(event.subject ?? event.kind.split('.')[0] ?? '')) this.stale.add(key);
		this.stale.add('journal');
		this.flush ??= setTimeout(() => {
			this.flush = undefined;
			const keys = this.stale;
			this.stale = new Set();
			void this.queries.invalidateQueries({ predicate: (query) => keys.has(String(query.queryKey[0])) });
		}, settle);
	}

	private later(): void {
		clearTimeout(this.timer);
		this.source?.close();
		const wait = Math.min(1000 * 2 ** this.tries, longest) * (0.5 + Math.random() / 2);
		this.tries++;
		this.timer = setTimeout(() => this.connect(), wait);
	}

	private readonly retryNow = (): void => {
		clearTimeout(this.timer);
		this.source?.close();
		this.tries++;
		this.set('reconnecting');
		this.connect();
	};

	private readonly lost = (): void => this.set('offline');

	private set(state: Connection): void {
		if (state === this.state) return;
		this.state = state;
		for (const watcher of this.watchers) watcher();
	}
}

let shared: Live | null = null;

export function startLive(queries: QueryClient): Live {
	shared ??= new Live(queries);
	return shared;
}

export function live(): Live {
	if (!shared) throw new Error('the live stream has not been made');
	return shared;
}

export function useConnection(): Connection {
	return useSyncExternalStore(live().watch, live().connection);
}
