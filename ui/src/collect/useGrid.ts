/* What keeps the grid alive: its rows, what is typed, drafts on the way to the server, the server's word on each cell. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'react';
import { answer, api, once } from '../app/api';
import { noticeRefusal, useSession } from '../app/session';
import { useWorkTime } from '../base/useWorkTime';
import type { Delivered, Grid, GridFigure, GridRow } from './contract';
import { draftsOf, dropDrafts, keepDrafts, ownerOf } from './drafts';
import { type Action, type CellState, type Edits, figureOf, keyOf, nothing, problemsOf, reduce, signature, stateOf, sumOf, type Typed, understand, type Verdict } from './grid';

const quiet = 700;
const checkAfter = 450;
const again = 8000;
const atOnce = 4;

export interface Saving { state: 'saved' | 'saving' | 'device' | 'none'; at: number | null; left: number }

export interface GridCell {
	row: GridRow;
	key: string;
	typed: Typed | undefined;
	state: CellState;
	verdict: Verdict | undefined;
	sum: string | null;
	returned: GridFigure | undefined;
}

function draftTyped(row: GridRow): Typed | null {
	return row.draft ? { value: row.draft.value ?? '', remark: row.draft.remark ?? '', sure: false } : null;
}

/** Figures that an approver returned are no longer current: they are read beside the grid, for their remarks. */
function useReturned(unit: string, rows: GridRow[]) {
	const periods = [...new Set(rows.map((row) => row.period))].sort();
	return useQuery({
		queryKey: ['figures', 'returned', unit, periods],
		enabled: periods.length > 0,
		queryFn: async () => {
			const answers = await Promise.all(periods.map((period) => answer(api.GET('/api/v1/figures', { params: { query: { unit, from: period, to: period, revisions: 'all', limit: 5000 } } }))));
			const newest = new Map<string, GridFigure>();
			for (const figure of answers.flatMap((of) => of.items as GridFigure[])) {
				const key = keyOf(figure);
				if ((newest.get(key)?.revision ?? 0) < figure.revision) newest.set(key, figure);
			}
			return new Map([...newest].filter(([, figure]) => figure.status === 'returned'));
		},
	});
}

export function useGrid(unit: string, period: string) {
	const session = useSession();
	const queries = useQueryClient();
	const owner = ownerOf(session.login, unit);
	const query = useQuery({
		queryKey: ['grid', unit, period],
		queryFn: (): Promise<Grid> => answer(api.GET('/api/v1/grid', { params: { query: { unit, period: period || undefined } } })),
		enabled: unit !== '',
	});
	const rows = useMemo(() => query.data?.rows ?? [], [query.data]);
	const byKey = useMemo(() => new Map(rows.map((row) => [keyOf(row), row])), [rows]);
	const returned = useReturned(unit, rows);
	const [state, act] = useReducer(reduce, nothing);
	const work = useWorkTime(`grid.${owner}`);
	const pasted = useRef(new Set<string>());
	const change = useCallback((action: Action) => {
		if (action.do === 'set') for (const patch of action.patches) if (patch.value !== undefined) pasted.current[action.pasted ? 'add' : 'delete'](patch.key);
		act(action);
	}, []);
	const saving = useSaving(unit, owner, state.edits, byKey);
	const checks = useChecks(unit, state.edits, byKey);
	useDrafts(owner, rows, saving.known, act);
	const cells = useMemo(() => rows.map((row): GridCell => {
		const key = keyOf(row);
		const typed = state.edits[key];
		const verdict = checks.verdicts[key];
		const back = returned.data?.get(key);
		return { row, key, typed, verdict, returned: back, sum: sumOf(row, (part) => byKey.get(part), state.edits), state: stateOf(row, typed, verdict, checks.checking, back !== undefined) };
	}), [rows, state.edits, checks.verdicts, checks.checking, returned.data, byKey]);
	const submit = useMutation({
		mutationFn: async (): Promise<Delivered> => {
			const sent = cells.filter((cell) => cell.typed && ['ok', 'draft', 'checking'].includes(cell.state));
			const figures = sent.map((cell) => figureOf(unit, cell.row, cell.typed as Typed));
			const result = await answer(api.POST('/api/v1/deliveries', { params: { query: { all: true, spent: work.seconds(), pasted: sent.filter((cell) => pasted.current.has(cell.key)).length }, header: once() }, body: { source: 'form', figures } })) as Delivered;
			work.done();
			const good = result.rows.filter((row) => row.status === 'accepted' || row.status === 'same').flatMap((row) => sent[row.row - 1]?.key ?? []);
			checks.learn(sent, result);
			for (const key of good) saving.known.current.delete(key);
			act({ do: 'forget', keys: good });
			await dropDrafts(owner, good);
			return result;
		},
		onSuccess: () => Promise.all(['grid', 'owed', 'figures', 'deliveries', 'overview'].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
	});
	return { query, cells, edits: state.edits, state, act: change, saving: saving.saving, submit, checkError: checks.error };
}

/** Drafts of the server and of this device, once for each grid; what is newer on the device wins. */
function useDrafts(owner: string, rows: GridRow[], known: React.RefObject<Map<string, string>>, act: (action: Action) => void) {
	const [local, setLocal] = useState<{ owner: string; edits: Edits } | null>(null);
	useEffect(() => {
		let gone = false;
		draftsOf(owner).then(
			(drafts) => !gone && setLocal({ owner, edits: Object.fromEntries(drafts.map((draft) => [draft.key, draft.typed])) }),
			// A private window keeps nothing: the server's drafts are all there is.
			() => !gone && setLocal({ owner, edits: {} }),
		);
		return () => {
			gone = true;
		};
	}, [owner]);
	const loaded = useRef(new Set<string>());
	useEffect(() => {
		if (!local || local.owner !== owner) return;
		const edits: Record<string, Typed> = {};
		for (const row of rows) {
			const key = keyOf(row);
			const id = `${owner}/${key}`;
			if (loaded.current.has(id)) continue;
			loaded.current.add(id);
			const remote = draftTyped(row);
			if (remote) known.current.set(key, JSON.stringify([remote.value, remote.remark]));
			const typed = local.edits[key] ?? remote;
			if (typed) edits[key] = typed;
		}
		if (Object.keys(edits).length > 0) act({ do: 'load', edits });
	}, [local, owner, rows, known, act]);
}

/** Every change goes to this device at once and to the server soon after; what the server could not take waits. */
function useSaving(unit: string, owner: string, edits: Edits, byKey: Map<string, GridRow>) {
	const known = useRef(new Map<string, string>());
	const [saving, setSaving] = useState<Saving>({ state: 'none', at: null, left: 0 });
	const [turn, setTurn] = useState(0);
	const previous = useRef<Edits>({});
	useEffect(() => {
		const wanted = new Map(Object.entries(edits).filter(([key]) => byKey.has(key)).map(([key, typed]) => [key, JSON.stringify([typed.value, typed.remark])]));
		// A change undone to nothing is a draft emptied.
		for (const key of Object.keys(previous.current)) if (!edits[key] && known.current.has(key) && byKey.has(key)) wanted.set(key, JSON.stringify(['', '']));
		previous.current = edits;
		const due = [...wanted].filter(([key, text]) => known.current.get(key) !== text);
		if (due.length === 0) return;
		setSaving((was) => ({ ...was, state: 'saving', left: due.length }));
		const now = Date.now();
		// A browser that keeps nothing (private window) leaves the server's copy alone to hold the draft.
		void keepDrafts(due.flatMap(([key]) => {
			const typed = edits[key];
			return typed ? [{ owner, key, typed, at: now }] : [];
		})).catch(() => undefined);
		let stopped = false;
		const timer = setTimeout(async () => {
			const queue = [...due];
			let failed = 0;
			const worker = async () => {
				for (let next = queue.shift(); next && !stopped; next = queue.shift()) {
					const [key, text] = next;
					const row = byKey.get(key);
					if (!row) continue;
					const [value, remark] = JSON.parse(text) as [string, string];
					try {
						await answer(api.PUT('/api/v1/drafts', { body: { unit, indicator: row.indicator, period: row.period, breakdown: row.breakdown, value, remark } }));
						known.current.set(key, text);
						await dropDrafts(owner, [key]).catch(() => undefined);
					} catch (error) {
						noticeRefusal(error);
						failed++;
						// One refusal or a lost network stands for the rest: they wait on the device.
						queue.length = 0;
					}
				}
			};
			await Promise.all(Array.from({ length: atOnce }, worker));
			if (stopped) return;
			setSaving({ state: failed > 0 ? 'device' : 'saved', at: Date.now(), left: failed });
			if (failed > 0) setTimeout(() => setTurn((was) => was + 1), again);
		}, quiet);
		return () => {
			stopped = true;
			clearTimeout(timer);
		};
	}, [edits, byKey, unit, owner, turn]);
	useEffect(() => {
		const back = () => setTurn((was) => was + 1);
		addEventListener('online', back);
		return () => removeEventListener('online', back);
	}, []);
	return { known, saving };
}

/** Asks the server about everything typed, together: a total is judged with its parts. */
function useChecks(unit: string, edits: Edits, byKey: Map<string, GridRow>) {
	const [verdicts, setVerdicts] = useState<Record<string, Verdict>>({});
	const [checking, setChecking] = useState(false);
	const [error, setError] = useState<unknown>(null);
	useEffect(() => {
		const asked = Object.entries(edits).flatMap(([key, typed]) => {
			const row = byKey.get(key);
			return row && understand(typed).kind !== 'blank' && !problemsOf(row, typed).some((problem) => problem.kind === 'number') ? [{ key, row, typed }] : [];
		});
		if (asked.length === 0) {
			setChecking(false);
			return;
		}
		const stop = new AbortController();
		setChecking(true);
		const timer = setTimeout(async () => {
			try {
				const result = await answer(api.POST('/api/v1/deliveries', {
					params: { query: { dry_run: true, all: true } }, signal: stop.signal,
					body: { source: 'form', figures: asked.map(({ row, typed }) => figureOf(unit, row, typed)) },
				})) as Delivered;
				setVerdicts(verdictsOf(asked, result));
				setError(null);
				setChecking(false);
			} catch (failure) {
				if (stop.signal.aborted) return;
				noticeRefusal(failure);
				setError(failure);
				setChecking(false);
			}
		}, checkAfter);
		return () => {
			stop.abort();
			clearTimeout(timer);
		};
	}, [edits, byKey, unit]);
	const learn = useCallback((asked: GridCell[], result: Delivered) => {
		const said = verdictsOf(asked.flatMap((cell) => (cell.typed ? [{ key: cell.key, row: cell.row, typed: cell.typed }] : [])), result);
		setVerdicts((was) => ({ ...was, ...said }));
	}, []);
	return { verdicts, checking, error, learn };
}

function verdictsOf(asked: { key: string; row: GridRow; typed: Typed }[], result: Delivered): Record<string, Verdict> {
	const said: Record<string, Verdict> = {};
	for (const row of result.rows) {
		const cell = asked[row.row - 1];
		if (cell) said[cell.key] = { about: signature(cell.row, cell.typed), status: row.status, problems: row.problems };
	}
	return said;
}
