/* Records of any kind, as queries and changes. */
import { infiniteQueryOptions, keepPreviousData, queryOptions, useMutation, useQueries, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { answer, answerWith, api, ApiProblem, ifMatch, once } from '../app/api';
import type { FieldDescription, RecordDescription, RecordRow } from '../app/contract';
import { fieldValue } from '../base/Field';
import { codeOf } from '../base/UnitPicker';

export type Values = Record<string, unknown>;

export function descriptionQuery(kind: string) {
	return queryOptions({
		queryKey: [kind, 'description'],
		queryFn: () => answer(api.GET('/api/v1/{kind}/description', { params: { path: { kind } } })),
		staleTime: Number.POSITIVE_INFINITY,
	});
}

export type ListQuery = Record<string, string | undefined>;

export function listQuery(kind: string, query: ListQuery) {
	return infiniteQueryOptions({
		queryKey: [kind, 'list', query],
		queryFn: ({ pageParam }) => answer(api.GET('/api/v1/{kind}', { params: { path: { kind }, query: { ...query, limit: 200, cursor: pageParam || undefined } } })),
		initialPageParam: '',
		getNextPageParam: (page) => page.next ?? undefined,
		placeholderData: keepPreviousData,
	});
}

/** With the version of its ETag: what If-Match needs. */
export function recordQuery(kind: string, id: string) {
	return queryOptions({
		queryKey: [kind, 'one', id],
		queryFn: () => answer(api.GET('/api/v1/{kind}/{id}', { params: { path: { kind, id } } })),
	});
}

export function historyQuery(kind: string, id: string) {
	return queryOptions({
		queryKey: [kind, 'history', id],
		queryFn: () => answer(api.GET('/api/v1/{kind}/{id}/history', { params: { path: { kind, id } } })),
	});
}

/** Names of what the fields refer to: path → code → record. */
export function useReferred(fields: FieldDescription[]): Map<string, Map<string, RecordRow>> {
	const paths = useMemo(() => [...new Set(fields.flatMap((field) => (field.ref ? [field.ref.path] : [])))], [fields]);
	const all = useQueries({
		queries: paths.map((path) => ({
			queryKey: [path, 'all'],
			queryFn: async () => (await answer(api.GET('/api/v1/{kind}', { params: { path: { kind: path }, query: { limit: 500 } } }))).items,
			staleTime: 5 * 60_000,
		})),
	});
	return new Map(paths.map((path, i) => [path, new Map((all[i]?.data ?? []).map((row) => [codeOf(row), row]))]));
}

/** Fields a person may fill: on creation all but the centre's own, later none of the fixed. */
export function openFields(description: RecordDescription, creating: boolean): FieldDescription[] {
	return description.fields.filter((field) => !field.ours && (creating || !field.fixed));
}

/** Only what differs is sent: two people changing different fields do not undo each other. */
export function difference(fields: FieldDescription[], before: Values, now: Values): Values {
	const changed: Values = {};
	for (const field of fields) {
		const value = fieldValue(field, now[field.name]);
		if (JSON.stringify(value) !== JSON.stringify(before[field.name] ?? null)) changed[field.name] = value;
	}
	return changed;
}

export interface Missing { at: string; detail: string }

/** Problems a person should not have to ask the server about. */
export function missingFields(fields: FieldDescription[], values: Values, words: (field: FieldDescription) => string): Missing[] {
	return fields
		.filter((field) => field.required && field.type !== 'bool')
		.filter((field) => {
			const value = fieldValue(field, values[field.name]);
			return value === null || (Array.isArray(value) && value.length === 0);
		})
		.map((field) => ({ at: field.name, detail: words(field) }));
}

export function refusal(errors: Missing[], title: string): ApiProblem {
	return new ApiProblem({ type: '/problems/invalid', title, status: 422, errors }, null);
}

/** Keys of one press of "create": the same key until it succeeds, so a retry after a lost answer makes no second record. */
export function useRecordChanges(kind: string) {
	const queries = useQueryClient();
	const renew = () => queries.invalidateQueries({ queryKey: [kind] });
	const create = useMutation({
		mutationFn: ({ values, key }: { values: Values; key: Record<string, string> }) => answer(api.POST('/api/v1/{kind}', { params: { path: { kind }, header: key }, body: values })),
		onSuccess: renew,
	});
	const change = useMutation({
		mutationFn: ({ row, values }: { row: RecordRow; values: Values }) =>
			answer(api.PATCH('/api/v1/{kind}/{id}', { params: { path: { kind, id: row.id }, header: ifMatch(row.version) }, body: values })),
		onSuccess: renew,
	});
	const remove = useMutation({
		mutationFn: (row: RecordRow) => answer(api.DELETE('/api/v1/{kind}/{id}', { params: { path: { kind, id: row.id }, header: ifMatch(row.version) } })),
		// The page of the removed one is being left: asking for it again would only be refused.
		onSuccess: () => queries.invalidateQueries({ queryKey: [kind], predicate: (query) => query.queryKey[1] !== 'one' && query.queryKey[1] !== 'history' }),
	});
	const restore = useMutation({
		mutationFn: (row: RecordRow) => answer(api.POST('/api/v1/{kind}/{id}/restore', { params: { path: { kind, id: row.id }, header: once() } })),
		onSuccess: renew,
	});
	return { create, change, remove, restore };
}

/** A CSV text to a kind; a trial changes nothing. */
export async function importCsv(kind: string, csv: string, trial: boolean) {
	const { data } = await answerWith(
		api.POST('/api/v1/{kind}/import', {
			params: { path: { kind }, query: trial ? { dry_run: true } : {} },
			headers: { 'Content-Type': 'text/csv' },
			body: csv,
			bodySerializer: (body) => body ?? '',
		}),
	);
	return data;
}

/** Address of an export with the same filters as the list on screen. */
export function exportUrl(kind: string, format: 'csv' | 'xlsx' | 'json', query: ListQuery): string {
	const params = new URLSearchParams(Object.entries(query).flatMap(([name, value]) => (value ? [[name, value]] : [])));
	const text = params.toString();
	return `/api/v1/${kind}.${format}${text ? `?${text}` : ''}`;
}
