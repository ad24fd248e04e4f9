import { Button, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { answer, api, once } from '../app/api';
import { useNames, useTexts } from '../app/i18n';
import { ErrorSummary } from '../base/ErrorSummary';
import { formatPeriod } from '../base/format';
import { StatusPill } from '../base/small';
import type { Delivered, DeliveryRow, GridRow } from '../collect/contract';
import { figureOf, keyOf, problemsOf, signature, stateOf, type Typed, understand, type Verdict } from '../collect/grid';
import { toneOfCell, useWords } from '../collect/words';
import css from './Home.module.css';

const checkAfter = 400;
const good = (row: DeliveryRow | undefined) => row?.status === 'accepted' || row?.status === 'same';
const verdictOf = (about: string, row: DeliveryRow | undefined): Verdict | undefined => row && { about, status: row.status, problems: row.problems };

function deliver(unit: string, row: GridRow, typed: Typed, query: { all: true; dry_run?: true; spent?: number }, signal?: AbortSignal): Promise<Delivered> {
	return answer(api.POST('/api/v1/deliveries', { params: { query, header: query.dry_run ? undefined : once() }, body: { source: 'form', figures: [figureOf(unit, row, typed)] }, signal })) as Promise<Delivered>;
}

/** What the server would say, asked a moment after the last key. */
function useCheck(unit: string, row: GridRow, typed: Typed) {
	const [settled] = useDebouncedValue(typed, checkAfter);
	const about = signature(row, settled);
	const check = useQuery({
		queryKey: ['check', unit, keyOf(row), about],
		queryFn: async ({ signal }) => (await deliver(unit, row, settled, { all: true, dry_run: true }, signal)).rows[0] ?? null,
		enabled: understand(settled).kind === 'number',
		gcTime: 0,
	});
	return { verdict: verdictOf(about, check.data ?? undefined), checking: check.isFetching || settled !== typed };
}

/** One figure typed and sent where it is owed: Enter sends; a doubtful one asks for a remark first. */
export default function QuickEntry({ unit, row, spent, done }: { unit: string; row: GridRow; spent: () => number; done: (result: Delivered) => void }) {
	const { t } = useTexts('operate');
	const { t: word, language, number, range, messages } = useWords();
	const { name } = useNames();
	const [typed, setTyped] = useState<Typed>({ value: row.draft?.value ?? '', remark: row.draft?.remark ?? '', sure: false });
	const [answered, setAnswered] = useState<Verdict>();
	const value = useRef<HTMLInputElement>(null);
	const remark = useRef<HTMLInputElement>(null);
	const about = signature(row, typed);
	const check = useCheck(unit, row, typed);
	const verdict = answered?.about === about ? answered : check.verdict;
	const state = stateOf(row, typed, verdict, check.checking, false);
	const own = problemsOf(row, typed);
	const blank = understand(typed).kind !== 'number' && understand(typed).kind !== 'wrong';
	const explain = !blank && (state === 'doubtful' || typed.remark !== '');
	const send = useMutation({
		mutationFn: () => deliver(unit, row, typed, { all: true, spent: spent() }),
		onSuccess: (result) => (good(result.rows[0]) ? done(result) : setAnswered(verdictOf(about, result.rows[0]))),
	});
	useEffect(() => {
		if (answered) (answered.status === 'doubtful' ? remark : value).current?.focus();
	}, [answered]);
	const submit = (event: FormEvent) => {
		event.preventDefault();
		if (blank || state === 'refused') value.current?.focus();
		else if (state === 'doubtful') remark.current?.focus();
		else if (!send.isPending) send.mutate();
	};
	const previous = row.history.at(-1);
	const measure = (language === 'en' ? row.measure_en : '') || row.measure_vi;
	const id = `quick-${keyOf(row)}`;
	const title = `${name(row)}, ${formatPeriod(row.period, language)}`;
	const said = blank ? [] : messages(own, verdict, about);
	return (
		<form className={css.quick} onSubmit={submit} noValidate>
			<span className={css.before} title={word('grid.usual', { range: range(row) })}>{previous ? word('grid.before', { period: formatPeriod(previous.period, language, true), value: number(previous.value ?? '') }) : word('grid.first')}</span>
			<TextInput
				ref={value} data-quick className={css.number} inputMode="decimal" autoComplete="off" enterKeyHint="send" aria-label={word('grid.valueOf', { name: title })} aria-describedby={id} aria-invalid={state === 'refused' || undefined}
				value={typed.value} onChange={(event) => setTyped({ ...typed, value: event.currentTarget.value, sure: false })}
			/>
			<span className={css.measure}>{measure}</span>
			<Button type="submit" variant={blank ? 'default' : 'filled'} loading={send.isPending} aria-label={t('officer.sendName', { name: title })}>{t('officer.send')}</Button>
			<div className={css.say} id={id} aria-live="polite">
				{!blank && <StatusPill tone={toneOfCell[state]}>{word(`cell.${state}`)}</StatusPill>}
				{said.map((text) => <span key={text}>{text}</span>)}
				{own.some((problem) => problem.kind === 'doubtful') && <Button size="compact-sm" variant="subtle" onClick={() => setTyped({ ...typed, sure: true })}>{word('grid.sure')}</Button>}
			</div>
			{explain && <TextInput ref={remark} className={css.remark} aria-label={word('grid.remarkOf', { name: title })} placeholder={word('grid.remarkHere')} autoComplete="off" enterKeyHint="send" value={typed.remark} onChange={(event) => setTyped({ ...typed, remark: event.currentTarget.value })} />}
			{send.error && <div className={css.remark}><ErrorSummary error={send.error} /></div>}
		</form>
	);
}
