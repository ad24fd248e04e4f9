/* All state of a screen is in its address: plain ?name=value, a repeated name is a list.  Nothing is JSON in there, so a
 * person can read and change it. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

export type Search = Record<string, string | string[] | undefined>;

export function parseSearch(text: string): Search {
	const search: Search = {};
	for (const [name, value] of new URLSearchParams(text)) {
		const before = search[name];
		search[name] = before === undefined ? value : [before, value].flat();
	}
	return search;
}

export function stringifySearch(search: Record<string, unknown>): string {
	const params = new URLSearchParams();
	for (const [name, value] of Object.entries(search))
		for (const one of Array.isArray(value) ? value : [value])
			if (one !== undefined && one !== null && one !== '') params.append(name, String(one));
	const text = params.toString();
	return text ? `?${text}` : '';
}

export function one(search: Search, name: string): string {
	const value = search[name];
	return (Array.isArray(value) ? value[0] : value) ?? '';
}

export function many(search: Search, name: string): string[] {
	const value = search[name];
	return value === undefined ? [] : [value].flat();
}

/** The screen's state: read it, and change some of it.  `replace` for what is typed letter by letter. */
export function useUrl() {
	const search = useSearch({ strict: false }) as Search;
	const navigate = useNavigate();
	const set = useCallback(
		(change: Search, how: { replace?: boolean } = {}) =>
			navigate({ to: '.', search: ((old: Search) => ({ ...old, ...change })) as never, replace: how.replace ?? false, resetScroll: false }),
		[navigate],
	);
	return { search, set, one: (name: string) => one(search, name), many: (name: string) => many(search, name) };
}
