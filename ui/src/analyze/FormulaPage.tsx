/* "How is this number computed?": the formula written with suggestions, and worked out while it is typed. */
import { Alert, Button, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { answer, ApiProblem, api, ifMatch, once } from '../app/api';
import type { RecordRow } from '../app/contract';
import { useNames, useTexts } from '../app/i18n';
import { useSession } from '../app/session';
import { useUrl } from '../app/url';
import { dayOf, fold, formatPeriod, nextPeriod, periodOf } from '../base/format';
import { notify } from '../base/notify';
import { Page, Panel } from '../base/Page';
import { PeriodPicker } from '../base/PeriodPicker';
import { Loaded } from '../base/States';
import { RecordPicker } from '../base/UnitPicker';
import type { Fault, FormulaWord, Indicator } from './contract';
import css from './Formula.module.css';
import { type FormulaRow, Result, useEvaluation, useFormulas } from './FormulaPanel';

export default function FormulaPage() {
	const { code = '' } = useParams({ strict: false }) as { code?: string };
	const indicator = useQuery({ queryKey: ['indicators', 'one', code], queryFn: async () => (await answer(api.GET('/api/v1/{kind}/{id}', { params: { path: { kind: 'indicators', id: code } } }))) as Indicator });
	const formulas = useFormulas(code);
	return <Loaded query={indicator}>{(data) => <Loaded query={formulas}>{(rows) => <Editor key={data.code} indicator={data} rows={rows} />}</Loaded>}</Loaded>;
}

function Editor({ indicator, rows }: { indicator: Indicator; rows: FormulaRow[] }) {
	const { t, language } = useTexts('analyze');
	const { name } = useNames();
	const session = useSession();
	const url = useUrl();
	const newest = rows[0];
	const [text, setText] = useState(newest?.formula ?? '');
	const [from, setFrom] = useState(newest?.valid_from ?? dayOf(session.now));
	const [asked] = useDebouncedValue(text, 250);
	const latest = periodOf(indicator.period, dayOf(session.now));
	const period = url.one('period') || nextPeriod(latest, -1);
	const communal = indicator.scope === 'commune';
	const unit = url.one('for');
	const evaluation = useEvaluation({ formula: asked, unit: communal ? unit : undefined, period, indicator: indicator.code });
	const fault = asked === text ? evaluation.data?.fault ?? null : null;
	const may = session.may.formula?.includes('create') ?? false;
	const save = useSave(indicator, rows);
	return (
		<Page title={t('formula.title', { name: name(indicator) })} crumbs={[{ text: t('list.titleWait'), to: '/indicators' }, { text: name(indicator), to: `/indicators/${encodeURIComponent(indicator.code)}?tab=formula` }]}>
			<Panel>
				<FormulaField value={text} onChange={setText} fault={fault} readOnly={!may} />
				{fault && <p className={css.fault} role="alert"><strong>{t('formula.fault', { start: fault.start + 1, end: Math.max(fault.end, fault.start + 1) })}: </strong>{fault.text}</p>}
				<div className={css.row}>
					{communal && <RecordPicker kind="units" label={t('formula.unit')} value={unit || null} onChange={(to) => void url.set({ for: to ?? undefined })} />}
					<PeriodPicker label={t('formula.period')} value={period} latest={latest} onChange={(to) => void url.set({ period: to })} />
					{may && <TextInput type="date" label={t('formula.from')} value={from} onChange={(event) => setFrom(event.currentTarget.value)} />}
					{may && <Button disabled={Boolean(fault) || text.trim() === '' || (text === newest?.formula && from === newest.valid_from)} loading={save.isPending} onClick={() => save.mutate({ text, from })}>{t('formula.save')}</Button>}
				</div>
				{save.error && <Alert variant="light" color="red" role="alert">{save.error instanceof ApiProblem ? save.error.problem.errors?.[0]?.detail ?? save.error.message : save.error.message}</Alert>}
			</Panel>
			<Panel title={`${t('formula.result')}, ${formatPeriod(period, language)}`}>
				{communal && !unit ? <p className="dim">{t('formula.unit')}…</p> : evaluation.data ? <Result evaluation={evaluation.data} formula={asked} indicator={indicator} /> : <p className="dim">{evaluation.isFetching ? t('formula.waiting') : '–'}</p>}
			</Panel>
			<Functions />
		</Page>
	);
}

function useSave(indicator: Indicator, rows: FormulaRow[]) {
	const { t } = useTexts('analyze');
	const queries = useQueryClient();
	return useMutation({
		mutationFn: async ({ text, from }: { text: string; from: string }) => {
			const same = rows.find((row) => row.valid_from === from);
			if (!same) return answer(api.POST('/api/v1/{kind}', { params: { path: { kind: 'formulas' } }, headers: once(), body: { indicator: indicator.code, valid_from: from, formula: text } }));
			return answer(api.PATCH('/api/v1/{kind}/{id}', { params: { path: { kind: 'formulas', id: same.id } }, headers: ifMatch(same.version), body: { formula: text } }));
		},
		onSuccess: async () => {
			await queries.invalidateQueries({ queryKey: ['formulas'] });
			await notify({ tone: 'good', text: t('formula.saved') });
		},
	});
}

/* -- the field -- */
interface Suggestion { insert: string; label: string; hint: string }

/** The word before the caret: what is typed inside an open bracket, or the letters of a name. */
export function wordBefore(text: string, caret: number): { start: number; word: string; code: boolean } {
	const before = text.slice(0, caret);
	const open = before.lastIndexOf('[');
	if (open > before.lastIndexOf(']')) return { start: open, word: before.slice(open + 1), code: true };
	const found = /[\p{L}\p{M}_][\p{L}\p{M}\p{N}_.]*$/u.exec(before)?.[0] ?? '';
	return { start: caret - found.length, word: found, code: false };
}

function useSuggestions(word: string, code: boolean, open: boolean): Suggestion[] {
	const { language } = useTexts('analyze');
	const { name } = useNames();
	const functions = useFunctions();
	const [q] = useDebouncedValue(word, 150);
	const indicators = useQuery({
		queryKey: ['indicators', 'suggest', q],
		queryFn: async () => (await answer(api.GET('/api/v1/{kind}', { params: { path: { kind: 'indicators' }, query: { q, limit: 8 } } }))).items,
		enabled: open && q.length > 1,
		placeholderData: (before) => before,
	});
	if (!open || word.length < 2) return [];
	const wanted = fold(word.replaceAll('_', ' '));
	const calls = code ? [] : (functions.data ?? []).filter((one) => fold(one.name.replaceAll('_', ' ')).includes(wanted) || fold(one.name_vi).includes(wanted));
	const shown = (one: FormulaWord) => (language === 'en' ? one.name : one.name_vi);
	return [
		...calls.slice(0, 8).map((one) => ({ insert: one.kind === 'function' ? `${shown(one)}(` : shown(one), label: shown(one), hint: language === 'en' ? one.text_en : one.text_vi })),
		...(indicators.data ?? []).map((row: RecordRow) => ({ insert: `[${String(row.code)}]`, label: `[${String(row.code)}]`, hint: name(row) })),
	];
}

function FormulaField({ value, onChange, fault, readOnly }: { value: string; onChange: (text: string) => void; fault: Fault | null; readOnly: boolean }) {
	const { t } = useTexts('analyze');
	const id = useId();
	const field = useRef<HTMLTextAreaElement>(null);
	const [caret, setCaret] = useState(value.length);
	const [open, setOpen] = useState(false);
	const [at, setAt] = useState(0);
	const { start, word, code } = wordBefore(value, caret);
	const suggestions = useSuggestions(word, code, open);
	const chosen = suggestions.length > 0 ? Math.min(at, suggestions.length - 1) : -1;
	const take = (one: Suggestion) => {
		const rest = value.slice(caret);
		const text = value.slice(0, start) + one.insert + (one.insert.endsWith(']') && rest.startsWith(']') ? rest.slice(1) : rest);
		const to = start + one.insert.length;
		onChange(text);
		setOpen(false);
		setCaret(to);
		requestAnimationFrame(() => {
			field.current?.focus();
			field.current?.setSelectionRange(to, to);
		});
	};
	const keys = (event: KeyboardEvent) => {
		if (chosen < 0) return;
		if (event.key === 'ArrowDown') setAt((chosen + 1) % suggestions.length);
		else if (event.key === 'ArrowUp') setAt((chosen + suggestions.length - 1) % suggestions.length);
		else if ((event.key === 'Enter' || event.key === 'Tab') && suggestions[chosen]) take(suggestions[chosen]);
		else if (event.key === 'Escape') setOpen(false);
		else return;
		event.preventDefault();
	};
	return (
		<>
			<label htmlFor={id}>{t('formula.text')}</label>
			<div className={css.editor}>
				<div className={css.under} aria-hidden>{fault ? <>{value.slice(0, fault.start)}<mark>{value.slice(fault.start, Math.max(fault.end, fault.start + 1)) || ' '}</mark>{value.slice(Math.max(fault.end, fault.start + 1))}</> : value}</div>
				<textarea
					ref={field} id={id} value={value} readOnly={readOnly} spellCheck={false} autoComplete="off" aria-autocomplete="list" aria-invalid={Boolean(fault)}
					aria-controls={chosen >= 0 ? `${id}-list` : undefined} aria-activedescendant={chosen >= 0 ? `${id}-${chosen}` : undefined} aria-describedby={`${id}-help`}
					onChange={(event) => {
						onChange(event.currentTarget.value);
						setCaret(event.currentTarget.selectionStart);
						setOpen(true);
						setAt(0);
					}}
					onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
					onBlur={() => setOpen(false)}
					onKeyDown={keys}
				/>
				{chosen >= 0 && (
					<ul className={css.suggest} id={`${id}-list`} role="listbox" aria-label={t('formula.suggestions')}>
						{suggestions.map((one, i) => (
							<li key={one.insert} id={`${id}-${i}`} role="option" aria-selected={i === chosen} onMouseDown={(event) => {
								event.preventDefault();
								take(one);
							}}><code>{one.label}</code> <small>{one.hint}</small></li>
						))}
					</ul>
				)}
			</div>
			<p className={css.help} id={`${id}-help`}>{t('formula.help')}</p>
		</>
	);
}

/* -- what there is -- */
function useFunctions() {
	return useQuery({ queryKey: ['formulas', 'functions'], queryFn: async () => (await answer(api.GET('/api/v1/formulas/functions'))).items, staleTime: Infinity });
}

function Functions() {
	const { t, language } = useTexts('analyze');
	const functions = useFunctions();
	const english = language === 'en';
	return (
		<Panel flush title={t('formula.reference')}>
			<div className={css.scroll} tabIndex={0} role="region" aria-label={t('formula.reference')}>
				<table className={css.table}>
					<tbody>{(functions.data ?? []).map((one) => <tr key={one.name}><th scope="row"><code>{english ? one.name : one.name_vi}{one.kind === 'function' && `(${(english ? one.parameters_en : one.parameters_vi) ?? ''})`}</code></th><td>{english ? one.text_en : one.text_vi}</td></tr>)}</tbody>
				</table>
			</div>
		</Panel>
	);
}
