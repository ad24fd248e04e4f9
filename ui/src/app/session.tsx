/* Who is at the screen and what they may do.  The session itself is a cookie that scripts cannot read. */
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useSyncExternalStore } from 'react';
import { untilMidnight } from '../base/format';
import { forgetMorning } from '../base/morning';
import { answer, api, ApiProblem } from './api';
import type { Grant, Role, Session, Verb } from './contract';

/** null: nobody is signed in. */
export const sessionQuery = queryOptions({
	queryKey: ['session'],
	queryFn: async (): Promise<Session | null> => {
		try {
			return await answer(api.GET('/api/v1/session'));
		} catch (error) {
			if (error instanceof ApiProblem && error.status === 401) return null;
			throw error;
		}
	},
	staleTime: 5 * 60_000,
	// Its `now` is every screen's today: a screen that stays open asks again when the day is over, by the centre's clock.
	refetchInterval: ({ state: { data, dataUpdatedAt } }) => (data ? untilMidnight(Date.parse(data.now) + Date.now() - dataUpdatedAt) + 1000 : false),
	refetchIntervalInBackground: true,
});

export const SessionContext = createContext<Session | null>(null);

export function SessionProvider({ session, children }: { session: Session | null; children: ReactNode }) {
	return <SessionContext.Provider value={session}>{children}</SessionContext.Provider>;
}

/** Inside the shell there always is a session. */
export function useSession(): Session {
	const session = useContext(SessionContext);
	if (!session) throw new Error('this screen is only for people who have signed in');
	return session;
}

export function useSessionQuery() {
	return useQuery(sessionQuery);
}

export function may(session: Session, verb: Verb, kind: string): boolean {
	return session.may[kind]?.includes(verb) ?? false;
}

export function has(session: Session, ...roles: Role[]): boolean {
	return session.roles.some((grant) => roles.includes(grant.role));
}

/** Units the person answers for, the first being the one shown at the top. */
export function unitsOf(session: Session): { code: string; name_vi: string; name_en: string }[] {
	const seen = new Map(session.roles.flatMap((grant) => (grant.unit ? [[grant.unit, { code: grant.unit, name_vi: grant.unit_vi ?? '', name_en: grant.unit_en ?? '' }] as const] : [])));
	return [...seen.values()];
}

export type HomeKind = 'officer' | 'approver' | 'leader' | 'operator' | 'public';

/** Which home answers this person's first question. */
export function homeOf(roles: Pick<Grant, 'role'>[]): HomeKind {
	const held = new Set(roles.map((grant) => grant.role));
	if (held.has('leader')) return 'leader';
	if (held.has('administrator') || held.has('operator') || held.has('analyst') || held.has('auditor')) return 'operator';
	if (held.has('reporting_officer')) return 'officer';
	if (held.has('approver')) return 'approver';
	return 'public';
}

export function useSignOut() {
	const queries = useQueryClient();
	return async () => {
		await answer(api.DELETE('/api/v1/session'));
		// Nothing of this person may stay for the next one.
		forgetMorning();
		queries.setQueryData(sessionQuery.queryKey, null);
		queries.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session' });
		queries.getMutationCache().clear();
	};
}

/* -- a session that ended while its person was working -- */

let ended = false;
const watchers = new Set<() => void>();

function setEnded(to: boolean): void {
	ended = to;
	for (const watcher of watchers) watcher();
}

/** Any answer 401: the screen stays, with everything typed in it, and asks for the password again. */
export function noticeRefusal(error: unknown): void {
	if (error instanceof ApiProblem && error.status === 401) setEnded(true);
}

export function useEnded(): [boolean, () => void] {
	const value = useSyncExternalStore(
		(watcher) => {
			watchers.add(watcher);
			return () => watchers.delete(watcher);
		},
		() => ended,
	);
	return [value, () => setEnded(false)];
}
