/* Reading and keeping dashboards. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answer, api, ifMatch, once } from '../app/api';
import type { Session } from '../app/contract';
import { fold } from '../base/format';
import type { Dashboard, Tile } from './contract';

export function useDashboards() {
	return useQuery({ queryKey: ['dashboards', 'all'], queryFn: async () => (await answer(api.GET('/api/v1/{kind}', { params: { path: { kind: 'dashboards' }, query: { limit: 500 } } }))).items as Dashboard[] });
}

export function useDashboard(code: string) {
	return useQuery({ queryKey: ['dashboards', 'one', code], queryFn: async () => (await answer(api.GET('/api/v1/{kind}/{id}', { params: { path: { kind: 'dashboards', id: code } } }))) as Dashboard });
}

/** A code out of a name, which others can read in the address: "Hồ sơ tỉnh" → "ho-so-tinh-4k2f". */
export function codeOfName(name: string): string {
	const words = fold(name).replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '').slice(0, 40);
	return `${words || 'bang'}-${crypto.randomUUID().slice(0, 4)}`;
}

/** Whose a new one is: the centre's for who works for all of it, else the first unit of the maker. */
export function homeUnit(session: Session): string | null {
	return session.roles.some((grant) => grant.unit === null) ? null : (session.roles[0]?.unit ?? null);
}

export interface NewDashboard { name_vi: string; tiles: Tile[]; unit: string | null }

export function useKeep() {
	const client = useQueryClient();
	const renew = () => client.invalidateQueries({ queryKey: ['dashboards'] });
	const create = useMutation({
		mutationFn: async (made: NewDashboard) => (await answer(api.POST('/api/v1/{kind}', { params: { path: { kind: 'dashboards' }, header: once() }, body: { ...made, code: codeOfName(made.name_vi), openness: 'internal' } }))) as Dashboard,
		onSuccess: renew,
	});
	const change = useMutation({
		mutationFn: async ({ row, values }: { row: Dashboard; values: Partial<Dashboard> }) => (await answer(api.PATCH('/api/v1/{kind}/{id}', { params: { path: { kind: 'dashboards', id: row.id }, header: ifMatch(row.version) }, body: values as Record<string, unknown> }))) as Dashboard,
		onSuccess: renew,
	});
	const remove = useMutation({
		mutationFn: (row: Dashboard) => answer(api.DELETE('/api/v1/{kind}/{id}', { params: { path: { kind: 'dashboards', id: row.id }, header: ifMatch(row.version) } })),
		onSuccess: renew,
	});
	return { create, change, remove };
}
