/* What each kind of section asks for, as fields that the one Field component draws. */
import type { FieldDescription, FieldType, Label } from '../app/contract';
import type { Content, Part, Section, SectionKind } from './contract';

export const kinds: SectionKind[] = ['heading', 'text', 'list', 'highlights', 'figures', 'units', 'chart'];
export const columns = ['value', 'previous', 'change', 'year_ago', 'to_date', 'target', 'coverage'];
export const headParts = ['superior', 'agency', 'number', 'place', 'type', 'abstract', 'to'];
export const signParts = ['authority', 'title', 'name', 'recipients'];
/** Texts of several lines, one item each. */
const lists = new Set(['items', 'to', 'recipients']);

export function isLines(member: string): boolean {
	return lists.has(member);
}

const members: Record<SectionKind, string[]> = {
	heading: ['text', 'level'],
	text: ['text'],
	list: ['items', 'numbered'],
	highlights: ['indicators', 'limit'],
	figures: ['title', 'indicators', 'columns'],
	units: ['title', 'indicators', 'under'],
	chart: ['chart', 'title', 'indicators', 'periods', 'under'],
};

export function membersOf(section: Section): string[] {
	const all = members[section.kind];
	return section.kind === 'chart' && section.chart === 'ranking' ? all.filter((name) => name !== 'periods') : all;
}

export function newSection(kind: SectionKind): Section {
	switch (kind) {
		case 'heading': return { kind, text: '', level: 1 };
		case 'list': return { kind, items: [], numbered: false };
		case 'figures': return { kind, title: '', indicators: [], columns: ['value', 'previous', 'change', 'target'] };
		case 'chart': return { kind, chart: 'line', title: '', indicators: [], periods: 12 };
		case 'highlights': return { kind, indicators: [], limit: 5 };
		case 'units': return { kind, title: '', indicators: [] };
		default: return { kind, text: '' };
	}
}

type Words = (key: string) => string;

/** `at` keeps ids apart: the same member stands in many sections. */
export function fieldOf(kind: SectionKind | 'head' | 'sign', member: string, at: string, t: Words): FieldDescription {
	const both = (text: string): Label => ({ vi: text, en: text });
	const choice = (value: string, key: string) => ({ value, label: both(t(key)) });
	const label = both(t(`member.${member}`));
	const name = `${at}-${member}`;
	const plain = (type: FieldType, more: Partial<FieldDescription> = {}): FieldDescription => ({ name, type, label, ...more });
	if (isLines(member)) return plain('long', { help: both(t('edit.lines')) });
	switch (member) {
		case 'level': return plain('choice', { choices: ['1', '2', '3'].map((level) => choice(level, `level.${level}`)), required: true });
		case 'numbered': return plain('bool');
		case 'indicators': return plain('refs', { ref: { kind: 'indicator', path: 'indicators' }, required: true });
		case 'under': return plain('ref', { ref: { kind: 'unit', path: 'units' }, help: both(t('edit.under')) });
		case 'limit':
		case 'periods': return plain('int');
		case 'chart': return plain('choice', { choices: ['line', 'bars', 'ranking'].map((chart) => choice(chart, `chart.${chart}`)), required: true });
		default: return plain(kind === 'text' ? 'long' : 'text', { max: 4000, required: kind !== 'head' && kind !== 'sign' });
	}
}

/** What the field holds ↔ what the report holds. */
export function shown(member: string, value: unknown): unknown {
	if (isLines(member)) return Array.isArray(value) ? value.join('\n') : '';
	return member === 'level' ? String(value ?? 1) : value;
}

export function taken(member: string, value: unknown): unknown {
	if (isLines(member)) return String(value ?? '').split('\n');
	if (member === 'level' || member === 'limit' || member === 'periods') {
		const n = Number(value);
		return value !== null && Number.isInteger(n) ? n : value;
	}
	return value;
}

function tidyPart(part: Part): Part {
	const kept = Object.entries(part)
		.map(([name, value]) => [name, isLines(name) && Array.isArray(value) ? value.map((line) => String(line).trim()).filter(Boolean) : value] as const)
		.filter(([, value]) => value !== null && value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0));
	return Object.fromEntries(kept);
}

/** As it is sent: empty lines and parts that were left empty are not. */
export function tidy(content: Content): Content {
	const head = content.head ? tidyPart(content.head) : {};
	const sign = content.sign ? tidyPart(content.sign) : {};
	const sections = content.sections.map((section) => tidyPart(section) as Section);
	return { ...(Object.keys(head).length > 0 && { head }), sections, ...(Object.keys(sign).length > 0 && { sign }) };
}

/** The list with one item moved by a place; itself when there is none. */
export function moved<T>(list: T[], index: number, by: -1 | 1): T[] {
	const to = index + by;
	const item = list[index];
	const other = list[to];
	if (item === undefined || other === undefined) return list;
	return list.map((old, i) => (i === index ? other : i === to ? item : old));
}
