/* The one door to the server.  `get`, `post`, … answer the body or throw ApiProblem (the server said no) or Unreachable
 * (no answer at all).  Unsafe requests carry the header that a foreign page cannot set. */
import createClient, { type Middleware } from 'openapi-fetch';
import type { paths, Problem } from './contract';
import { language } from './language';

export class ApiProblem extends Error {
	readonly status: number;
	readonly problem: Problem;
	constructor(problem: Problem, retryAfter: number | null) {
		super(problem.detail ?? problem.title);
		this.status = problem.status;
		this.problem = problem;
		this.retryAfter = retryAfter;
	}
	/** Seconds to wait before another try; null when the server did not say. */
	readonly retryAfter: number | null;
}

export class Unreachable extends Error {}

const safe = new Set(['GET', 'HEAD']);
const guard: Middleware = {
	onRequest({ request }) {
		request.headers.set('Accept-Language', language());
		if (!safe.has(request.method)) request.headers.set('X-Haidang', '1');
		return request;
	},
};

declare global {
	/** Answers that first.ts was given or asked for, by address. */
	var haidangAsked: Record<string, Promise<Response>> | undefined;
}
const fresh = 15_000;

/** What was there, or asked for, before this program was; taken once, and only while the page is young. */
export function askedFirst(request: Request): Promise<Response> | undefined {
	const asked = globalThis.haidangAsked;
	const path = request.url.slice(location.origin.length);
	const answer = request.method === 'GET' && performance.now() < fresh ? asked?.[path] : undefined;
	if (asked) delete asked[path];
	return answer;
}

export const api = createClient<paths>({
	baseUrl: typeof location === 'undefined' ? '' : location.origin,
	credentials: 'same-origin',
	// Looked up at each call, so that tests can put their own in place.
	fetch: (request) => askedFirst(request) ?? globalThis.fetch(request),
});
api.use(guard);

interface Result<T> {
	data?: T;
	error?: unknown;
	response: Response;
}

function problemOf(error: unknown, response: Response): Problem {
	if (typeof error === 'object' && error !== null && 'title' in error) {
		const problem = { status: response.status, ...error } as Problem;
		return problem.detail ? { ...problem, detail: problem.detail.charAt(0).toUpperCase() + problem.detail.slice(1) } : problem;
	}
	return { type: 'about:blank', title: response.statusText || `HTTP ${response.status}`, status: response.status };
}

/** await answer(api.GET('/api/v1/session')) → the body. */
export async function answer<T>(pending: Promise<Result<T>>): Promise<T> {
	return (await answerWith(pending)).data;
}

/** With the response, for those who need its headers. */
export async function answerWith<T>(pending: Promise<Result<T>>): Promise<{ data: T; response: Response }> {
	let result: Result<T>;
	try {
		result = await pending;
	} catch (error) {
		if (error instanceof TypeError) throw new Unreachable(error.message);
		throw error;
	}
	if (!result.response.ok) {
		const wait = Number(result.response.headers.get('Retry-After'));
		throw new ApiProblem(problemOf(result.error, result.response), Number.isFinite(wait) && wait > 0 ? wait : null);
	}
	return { data: result.data as T, response: result.response };
}

/** Headers of a creating post: a repeated press or a lost answer does not make two. */
export function once(): Record<string, string> {
	return { 'Idempotency-Key': crypto.randomUUID() };
}

export function ifMatch(version: number): Record<string, string> {
	return { 'If-Match': `"${version}"` };
}
