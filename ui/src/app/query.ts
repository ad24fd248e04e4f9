/* Answers are kept under [path, …]: the first part is the collection's address ("units", "figures"), so that one journal
 * entry makes every answer about its kind stale. */
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiProblem } from './api';
import { noticeRefusal } from './session';

const final = new Set([400, 401, 403, 404, 409, 410, 412, 422, 428, 429]);

export function newQueryClient(): QueryClient {
	return new QueryClient({
		queryCache: new QueryCache({ onError: noticeRefusal }),
		mutationCache: new MutationCache({ onError: (error, _variables, _result, mutation) => mutation.meta?.quiet || noticeRefusal(error) }),
		defaultOptions: {
			queries: {
				staleTime: 30_000,
				gcTime: 10 * 60_000,
				// The answer on screen stays while a new one is fetched or fails to come.
				retry: (tries, error) => !(error instanceof ApiProblem && final.has(error.status)) && tries < 2,
				retryDelay: (tries) => Math.min(1000 * 2 ** tries, 8000),
				networkMode: 'always',
			},
			mutations: { networkMode: 'always' },
		},
	});
}

const irregular: Record<string, string[]> = {
	user: ['accounts', 'session'],
	account: ['accounts', 'session'],
	grant: ['accounts', 'session'],
	delivery: ['deliveries', 'overview', 'figures', 'owed', 'scores', 'coverage', 'exceptions'],
	figure: ['figures', 'overview', 'owed', 'approvals', 'grid', 'scores', 'coverage', 'exceptions'],
	holiday: ['holidays', 'owed'],
	schedule: ['schedules', 'owed', 'grid'],
	indicator: ['indicators', 'owed', 'grid', 'overview'],
	unit: ['units', 'overview'],
	reminder: ['reminders', 'inspections', 'ladder', 'standing', 'violations'],
	duty: ['duties', 'owed', 'standing', 'predictions', 'nudges'],
};

/** Kind of record in the journal → first parts of the keys of answers that it makes stale. */
export function keysOf(subject: string): string[] {
	return irregular[subject] ?? [`${subject.replaceAll('_', '-')}s`];
}
