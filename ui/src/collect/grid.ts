/* The entry grid without a screen: what was typed, how it is understood, what is wrong with it, moving, pasting, undoing. */
import { fold, readDecimal } from '../base/format';
import type { Finding, GridRow, NewFigure, RowStatus } from './contract';
import { addDecimals, compareDecimals, decimalsOf } from './decimal';

/** What a person typed into one row and has not sent.  `sure`: they confirmed how an ambiguous number was read. */
export interface Typed { value: string; remark: string; sure: boolean }
export type Edits = Readonly<Record<string, Typed>>;
export type Column = 'value' | 'remark';
export const columns: Column[] = ['value', 'remark'];
export type CellState = 'empty' | 'draft' | 'checking' | 'ok' | 'doubtful' | 'refused' | 'sent' | 'returned';
/** What the server said about a cell; it holds while `about` is what the grid would send. */
export interface Verdict { about: string; status: RowStatus; problems: Finding[] }

export function keyOf(row: { indicator: string | null; period: string; breakdown: string }): string {
	return `${row.indicator}|${row.period}|${row.breakdown}`;
}

/* -- understanding -- */
export type Understood = { kind: 'blank' } | { kind: 'nothing' } | { kind: 'wrong' } | { kind: 'number'; value: string; doubtful: boolean };

/** "1.234,5" and "1234.5" are both 1234.5; no value but a remark says that there is none. */
export function understand(typed: Typed): Understood {
	const text = typed.value.trim();
	if (text === '') return { kind: typed.remark.trim() === '' ? 'blank' : 'nothing' };
	const read = readDecimal(text);
	return read ? { kind: 'number', value: read.value, doubtful: read.doubtful && !typed.sure } : { kind: 'wrong' };
}

/** A decimal that nobody can read as thousands: "1.234" → "1.2340". */
export function unambiguous(value: string): string {
	return /^-?\d{1,3}\.\d{3}$/.test(value) ? `${value}0` : value;
}

export function valueOf(row: GridRow, typed: Typed | undefined): string | null {
	if (!typed) return row.current?.value ?? null;
	const read = understand(typed);
	return read.kind === 'number' ? read.value : null;
}

/* -- what is wrong, before the server is asked -- */
export type Problem =
	| { kind: 'number' } | { kind: 'least'; limit: string } | { kind: 'most'; limit: string } | { kind: 'decimals'; count: number }
	| { kind: 'doubtful'; value: string } | { kind: 'reason' } | { kind: 'sum'; sum: string };

function isCorrection(row: GridRow, value: string | null): boolean {
	if (!row.current) return false;
	if (row.current.value === null || value === null) return row.current.value !== value;
	return compareDecimals(row.current.value, value) !== 0;
}

/** The row replaces a figure that was sent: it needs a reason. */
export function needsReason(row: GridRow, typed: Typed | undefined): boolean {
	return typed !== undefined && understand(typed).kind !== 'blank' && isCorrection(row, valueOf(row, typed));
}

export function problemsOf(row: GridRow, typed: Typed | undefined): Problem[] {
	if (!typed) return [];
	const read = understand(typed);
	if (read.kind === 'wrong') return [{ kind: 'number' }];
	const found: Problem[] = [];
	if (needsReason(row, typed) && typed.remark.trim() === '') found.push({ kind: 'reason' });
	if (read.kind !== 'number') return found;
	if (row.min !== null && compareDecimals(read.value, row.min) < 0) found.push({ kind: 'least', limit: row.min });
	if (row.max !== null && compareDecimals(read.value, row.max) > 0) found.push({ kind: 'most', limit: row.max });
	if (decimalsOf(read.value) > row.decimals) found.push({ kind: 'decimals', count: row.decimals });
	if (read.doubtful && typed.remark.trim() === '') found.push({ kind: 'doubtful', value: read.value });
	return found;
}

const soft = new Set<Problem['kind']>(['doubtful', 'reason']);

/** Sum of the parts of a total, as far as all of them are known; null: not a total, or a part is missing. */
export function sumOf(row: GridRow, find: (key: string) => GridRow | undefined, edits: Edits): string | null {
	if (row.sum_of.length === 0) return null;
	let sum = '0';
	for (const part of row.sum_of) {
		const key = keyOf({ indicator: part, period: row.period, breakdown: row.breakdown });
		const of = find(key);
		const value = of ? valueOf(of, edits[key]) : null;
		if (value === null) return null;
		sum = addDecimals(sum, value);
	}
	return sum;
}

/* -- state -- */
export function stateOf(row: GridRow, typed: Typed | undefined, verdict: Verdict | undefined, checking: boolean, returned: boolean): CellState {
	if (!typed || understand(typed).kind === 'blank') {
		if (returned || row.current?.status === 'returned') return 'returned';
		return row.current ? 'sent' : 'empty';
	}
	const problems = problemsOf(row, typed);
	if (problems.some((problem) => !soft.has(problem.kind))) return 'refused';
	if (problems.length > 0) return 'doubtful';
	if (verdict && verdict.about === signature(row, typed)) return verdict.status === 'accepted' || verdict.status === 'same' ? 'ok' : verdict.status;
	return checking ? 'checking' : 'draft';
}

/** What the server's word about a cell depends on. */
export function signature(row: GridRow, typed: Typed): string {
	return JSON.stringify([valueOf(row, typed), understand(typed).kind, typed.sure, typed.remark.trim()]);
}

export function figureOf(unit: string, row: GridRow, typed: Typed): NewFigure {
	const read = understand(typed);
	const remark = typed.remark.trim() || undefined;
	return {
		indicator: row.indicator, unit, period: row.period, breakdown: row.breakdown || undefined, remark,
		reason: needsReason(row, typed) ? remark : undefined,
		value: read.kind === 'number' ? (read.doubtful ? typed.value.trim() : unambiguous(read.value)) : read.kind === 'wrong' ? typed.value.trim() : null,
	};
}

export interface Counts { all: number; done: number; sendable: number; explain: number; refused: number }

export function count(states: CellState[]): Counts {
	const of = (...wanted: CellState[]) => states.filter((state) => wanted.includes(state)).length;
	return { all: states.length, done: of('ok', 'sent', 'draft', 'checking'), sendable: of('ok', 'draft', 'checking'), explain: of('doubtful', 'returned'), refused: of('refused') };
}

/* -- changes and their undoing -- */
interface Change { key: string; before: Typed | undefined; after: Typed | undefined }
export interface GridState { edits: Edits; done: Change[][]; undone: Change[][] }
export type Patch = { key: string } & Partial<Typed>;
export type Action =
	| { do: 'set'; patches: Patch[]; pasted?: boolean } | { do: 'undo' } | { do: 'redo' }
	| { do: 'load'; edits: Edits } | { do: 'forget'; keys: string[] };

export const nothing: GridState = { edits: {}, done: [], undone: [] };
const blank: Typed = { value: '', remark: '', sure: false };
const remembered = 200;

function put(edits: Edits, changes: Change[], which: 'before' | 'after'): Edits {
	const next: Record<string, Typed> = { ...edits };
	for (const change of changes) {
		const typed = change[which];
		if (typed) next[change.key] = typed;
		else delete next[change.key];
	}
	return next;
}

export function reduce(state: GridState, action: Action): GridState {
	switch (action.do) {
		case 'set': {
			const changes = action.patches.map(({ key, ...patch }): Change => {
				const before = state.edits[key];
				const after = { ...(before ?? blank), ...(patch.value !== undefined && patch.sure === undefined ? { sure: false } : {}), ...patch };
				return { key, before, after };
			}).filter(({ before, after }) => JSON.stringify(before ?? blank) !== JSON.stringify(after));
			if (changes.length === 0) return state;
			return { edits: put(state.edits, changes, 'after'), done: [...state.done, changes].slice(-remembered), undone: [] };
		}
		case 'undo': {
			const last = state.done.at(-1);
			return last ? { edits: put(state.edits, last, 'before'), done: state.done.slice(0, -1), undone: [...state.undone, last] } : state;
		}
		case 'redo': {
			const last = state.undone.at(-1);
			return last ? { edits: put(state.edits, last, 'after'), done: [...state.done, last], undone: state.undone.slice(0, -1) } : state;
		}
		case 'load':
			return { ...state, edits: { ...action.edits, ...state.edits } };
		case 'forget': {
			const edits = { ...state.edits };
			for (const key of action.keys) delete edits[key];
			// What was sent cannot be undone by a key: it is corrected.
			return { edits, done: [], undone: [] };
		}
	}
}

/* -- moving -- */
export interface Place { row: number; column: number }

/** Where a key leads; null: not a key that moves, or out of the grid. */
export function move(at: Place, key: string, how: { shift: boolean; ctrl: boolean }, rows: number, page: number): Place | null {
	const within = (row: number, column = at.column): Place => ({ row: Math.max(0, Math.min(rows - 1, row)), column });
	switch (key) {
		case 'ArrowDown': return within(how.ctrl ? rows - 1 : at.row + 1);
		case 'ArrowUp': return within(how.ctrl ? 0 : at.row - 1);
		case 'ArrowRight': return within(at.row, Math.min(columns.length - 1, at.column + 1));
		case 'ArrowLeft': return within(at.row, Math.max(0, at.column - 1));
		case 'Enter': return within(at.row + (how.shift ? -1 : 1));
		case 'PageDown': return within(at.row + page);
		case 'PageUp': return within(at.row - page);
		case 'Home': return within(how.ctrl ? 0 : at.row, 0);
		case 'End': return within(how.ctrl ? rows - 1 : at.row, columns.length - 1);
		case 'Tab': {
			const flat = at.row * columns.length + at.column + (how.shift ? -1 : 1);
			return flat < 0 || flat >= rows * columns.length ? null : { row: Math.floor(flat / columns.length), column: flat % columns.length };
		}
		default: return null;
	}
}

/* -- blocks of a spreadsheet -- */

/** Text of a spreadsheet's clipboard: tabs and lines, cells with either in quotes. */
export function parseBlock(text: string): string[][] {
	const rows: string[][] = [[]];
	let i = 0;
	const end = (c: string | undefined) => c === undefined || c === '\t' || c === '\n' || c === '\r';
	while (i < text.length) {
		let cell = '';
		if (text[i] === '"' && closes(text, i)) {
			for (i++; i < text.length; i++) {
				if (text[i] === '"' && text[i + 1] === '"') i++;
				else if (text[i] === '"') break;
				cell += text[i];
			}
			i++;
		} else {
			while (!end(text[i])) cell += text[i++];
		}
		rows.at(-1)?.push(cell.trim());
		if (text[i] === '\t') {
			i++;
			if (i >= text.length) rows.at(-1)?.push('');
			continue;
		}
		if (text[i] === '\r') i++;
		if (text[i] === '\n') i++;
		if (i < text.length) rows.push([]);
	}
	return rows.map((row) => (row.length === 0 ? [''] : row));
}

/** A quote opens a quoted cell only if a closing one stands before a tab, a line's end or the end. */
function closes(text: string, from: number): boolean {
	for (let i = from + 1; i < text.length; i++) {
		if (text[i] !== '"') continue;
		if (text[i + 1] === '"') i++;
		else return i + 1 === text.length || /[\t\r\n]/.test(text[i + 1] ?? '');
	}
	return false;
}

export interface Landing { patches: Patch[]; landed: number; left: number; byName: boolean }

function nameKeys(row: GridRow): string[] {
	const breakdown = [row.breakdown_vi, row.breakdown_en].filter((name): name is string => Boolean(name));
	const names = row.breakdown ? breakdown : [row.indicator, row.name_vi, row.name_en];
	return names.map((name) => fold(name).replace(/[^a-z0-9]+/g, ' ').trim());
}

/** Where each line of a block belongs when its first column names the rows; null: it does not. */
function byName(block: string[][], rows: GridRow[]): Patch[] | null {
	if (block.every((line) => line.length < 2)) return null;
	const places = new Map<string, number[]>();
	rows.forEach((row, i) => {
		for (const name of nameKeys(row)) places.set(name, [...(places.get(name) ?? []), i]);
	});
	const patches: Patch[] = [];
	let from = 0;
	for (const line of block) {
		const label = line.findIndex((cell) => places.has(fold(cell).replace(/[^a-z0-9]+/g, ' ').trim()));
		if (label < 0) continue;
		const candidates = places.get(fold(line[label] ?? '').replace(/[^a-z0-9]+/g, ' ').trim()) ?? [];
		const place = candidates.find((i) => i >= from) ?? candidates[0];
		const value = line.slice(label + 1).find((cell) => readDecimal(cell) !== null);
		const row = place === undefined ? undefined : rows[place];
		if (!row || place === undefined || value === undefined) continue;
		from = place + 1;
		patches.push({ key: keyOf(row), value });
	}
	return patches.length * 2 > block.length ? patches : null;
}

/** A pasted block in the right cells: by the rows' names when it carries them, else from the chosen cell on. */
export function land(text: string, rows: GridRow[], at: Place, last: Place): Landing {
	const block = parseBlock(text);
	const named = byName(block, rows);
	if (named) return { patches: named, landed: named.length, left: block.length - named.length, byName: true };
	const only = block.length === 1 && block[0]?.length === 1 ? block[0][0] : undefined;
	const patches = new Map<string, Patch>();
	let landed = 0;
	let left = 0;
	const set = (row: number, column: number, value: string) => {
		const target = rows[row];
		const name = columns[column];
		if (!target || !name) {
			left++;
			return;
		}
		const key = keyOf(target);
		patches.set(key, { ...(patches.get(key) ?? { key }), [name]: value });
		landed++;
	};
	if (only !== undefined) {
		const [top, bottom] = [Math.min(at.row, last.row), Math.max(at.row, last.row)];
		for (let row = top; row <= bottom; row++) set(row, at.column, only);
	} else {
		const top = Math.min(at.row, last.row);
		const first = Math.min(at.column, last.column);
		block.forEach((line, r) => line.forEach((cell, c) => set(top + r, first + c, cell)));
	}
	return { patches: [...patches.values()], landed, left, byName: false };
}

export function copyBlock(rows: GridRow[], edits: Edits, at: Place, last: Place): string {
	const lines: string[] = [];
	for (let r = Math.min(at.row, last.row); r <= Math.max(at.row, last.row); r++) {
		const row = rows[r];
		if (!row) continue;
		const typed = edits[keyOf(row)];
		const cells: Record<Column, string> = { value: typed?.value ?? row.current?.value ?? '', remark: typed?.remark ?? row.current?.remark ?? '' };
		lines.push(columns.slice(Math.min(at.column, last.column), Math.max(at.column, last.column) + 1).map((column) => quoted(cells[column])).join('\t'));
	}
	return lines.join('\n');
}

function quoted(cell: string): string {
	return /[\t\r\n"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** The top cell of the chosen ones into those below it; one cell alone takes from the one above. */
export function fillDown(rows: GridRow[], edits: Edits, at: Place, last: Place): Patch[] {
	const column = columns[at.column] ?? 'value';
	const top = at.row === last.row ? at.row - 1 : Math.min(at.row, last.row);
	const source = rows[top];
	if (!source) return [];
	const typed = edits[keyOf(source)];
	const text = typed?.[column] ?? (column === 'value' ? source.current?.value : source.current?.remark) ?? '';
	return rows.slice(top + 1, Math.max(at.row, last.row) + 1).map((row) => ({ key: keyOf(row), [column]: text }));
}

/* -- which rows, in which groups -- */
export type Item = { kind: 'group'; id: string; rows: number } | { kind: 'row'; row: GridRow; at: number };

export function grouped(rows: GridRow[], groupOf: (row: GridRow) => string): { items: Item[]; order: GridRow[] } {
	const groups = new Map<string, GridRow[]>();
	for (const row of rows) {
		const id = groupOf(row);
		const of = groups.get(id);
		if (of) of.push(row);
		else groups.set(id, [row]);
	}
	const items: Item[] = [];
	const order: GridRow[] = [];
	for (const [id, of] of groups) {
		items.push({ kind: 'group', id, rows: of.length });
		for (const row of of) {
			items.push({ kind: 'row', row, at: order.length });
			order.push(row);
		}
	}
	return { items, order };
}
