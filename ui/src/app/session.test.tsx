import { QueryObserver } from '@tanstack/react-query';
import { expect, it, vi } from 'vitest';
import { answer, api, askedFirst, ApiProblem, Unreachable } from './api';
import type { Session } from './contract';
import { newQueryClient } from './query';
import { has, homeOf, may, sessionQuery, unitsOf } from './session';

function answering(status: number, body: unknown, headers: Record<string, string> = {}) {
	const fetch = vi.fn((_request: Request) => Promise.resolve(new Response(JSON.stringify(body), { status, headers: { 'Content-Type': status < 400 ? 'application/json' : 'application/problem+json', ...headers } })));
	vi.stubGlobal('fetch', fetch);
	return fetch;
}

const session: Session = {
	login: 'nt.canbo', name: 'Lê Thị Hoa', totp: false, first: [], demonstration: true, now: '2026-11-22T09:40:00Z', centre: { name_vi: 'Khánh Hòa', name_en: 'Khanh Hoa' },
	roles: [{ role: 'reporting_officer', unit: '22333', unit_vi: 'Phường Nha Trang', unit_en: 'Nha Trang Ward' }, { role: 'approver', unit: '22333', unit_vi: 'Phường Nha Trang', unit_en: 'Nha Trang Ward' }],
	may: { figure: ['read', 'submit'] },
};

it('nobody signed in is an answer, not an error', async () => {
	answering(401, { title: 'Unauthenticated', status: 401 });
	await expect(newQueryClient().fetchQuery(sessionQuery)).resolves.toBeNull();
});

it('asks again when the day is over by the centre\'s clock, also on a device in another zone whose clock is wrong', async () => {
	vi.useFakeTimers({ now: Date.parse('2020-05-05T12:00:00Z') });
	const fetch = answering(200, { ...session, now: '2026-12-31T16:59:30Z' });
	const queries = newQueryClient();
	const stop = new QueryObserver(queries, sessionQuery).subscribe(() => undefined);
	await vi.advanceTimersByTimeAsync(20_000);
	expect(fetch).toHaveBeenCalledTimes(1);
	answering(200, { ...session, now: '2026-12-31T17:00:01Z' });
	await vi.advanceTimersByTimeAsync(11_500);
	expect(queries.getQueryData(sessionQuery.queryKey)?.now).toBe('2026-12-31T17:00:01Z');
	stop();
	vi.useRealTimers();
});

it('a broken server is an error, not a signed-out person', async () => {
	answering(503, { title: 'Degraded', status: 503 });
	await expect(newQueryClient().fetchQuery({ ...sessionQuery, retry: false })).rejects.toBeInstanceOf(ApiProblem);
});

it('sends the header that foreign pages cannot, on unsafe requests only', async () => {
	const fetch = answering(200, session);
	await answer(api.GET('/api/v1/session'));
	await answer(api.DELETE('/api/v1/session'));
	const [get, remove] = fetch.mock.calls.map(([request]) => request);
	expect(get?.headers.get('X-Haidang')).toBeNull();
	expect(remove?.headers.get('X-Haidang')).toBe('1');
	expect(get?.headers.get('Accept-Language')).toBe('vi');
});

it('carries the problem and how long to wait', async () => {
	answering(429, { title: 'Too many tries', status: 429, detail: 'Thử lại sau' }, { 'Retry-After': '30' });
	const error = await answer(api.POST('/api/v1/sessions', { body: { login: 'a', password: 'b' } })).catch((e: unknown) => e);
	expect(error).toBeInstanceOf(ApiProblem);
	expect((error as ApiProblem).retryAfter).toBe(30);
	expect((error as ApiProblem).message).toBe('Thử lại sau');
});

it('tells a lost network from a refusal', async () => {
	vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
	await expect(answer(api.GET('/health'))).rejects.toBeInstanceOf(Unreachable);
});

it('knows what a person may do and where they belong', () => {
	expect(may(session, 'submit', 'figure')).toBe(true);
	expect(may(session, 'approve', 'figure')).toBe(false);
	expect(may(session, 'read', 'journal')).toBe(false);
	expect(has(session, 'approver')).toBe(true);
	expect(unitsOf(session)).toEqual([{ code: '22333', name_vi: 'Phường Nha Trang', name_en: 'Nha Trang Ward' }]);
});

it('gives each role its own home', () => {
	expect(homeOf([{ role: 'reporting_officer' }])).toBe('officer');
	expect(homeOf([{ role: 'approver' }])).toBe('approver');
	expect(homeOf([{ role: 'approver' }, { role: 'reporting_officer' }])).toBe('officer');
	expect(homeOf([{ role: 'administrator' }, { role: 'leader' }])).toBe('leader');
	expect(homeOf([{ role: 'operator' }])).toBe('operator');
	expect(homeOf([])).toBe('public');
});

it('takes an answer that was asked for before the program was here once, and only while the page is young', async () => {
	const fetch = answering(200, { late: 1 });
	const early = Promise.resolve(new Response(JSON.stringify({ late: 2 }), { status: 200, headers: { 'Content-Type': 'application/json' } }));
	vi.stubGlobal('haidangAsked', { '/api/v1/overview': early });
	expect(askedFirst(new Request(`${location.origin}/api/v1/overview`, { method: 'POST' }))).toBeUndefined();
	vi.stubGlobal('haidangAsked', { '/api/v1/overview': early });
	expect(await answer(api.GET('/api/v1/overview'))).toEqual({ late: 2 });
	expect(await answer(api.GET('/api/v1/overview'))).toEqual({ late: 1 });
	expect(fetch).toHaveBeenCalledTimes(1);
	vi.stubGlobal('haidangAsked', { '/api/v1/overview': early });
	vi.spyOn(performance, 'now').mockReturnValue(60_000);
	expect(askedFirst(new Request(`${location.origin}/api/v1/overview`))).toBeUndefined();
});
