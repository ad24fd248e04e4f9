import { Button, Checkbox, Chip, NativeSelect, SegmentedControl, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSend } from '@tabler/icons-react';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, once } from '../app/api';
import { useNames } from '../app/i18n';
import { ErrorSummary } from '../base/ErrorSummary';
import { formatPeriod, periodKind } from '../base/format';
import { Panel } from '../base/Page';
import { StatusPill } from '../base/small';
import { RecordPicker, UnitPicker } from '../base/UnitPicker';
import type { Delivered, Mapping, Match, Waiting } from './contract';
import { columnName, columnOf, lacking, marksOf, roleOf, roles, setFixed, setOfColumn, setRole, setRow, setWord, tally, toMatch } from './mapping';
import { Warnings } from './DeliveryResult';
import { SheetView } from './SheetView';
import css from './Upload.module.css';
import { useWords } from './words';

/** Our reading of their sheet, to be agreed to or corrected; every change is tried at once. */
export function MappingEditor({ waiting, done, spent }: { waiting: Waiting; done: (result: Delivered, mapping: Mapping) => Promise<void>; spent: () => number }) {
	const { t, language } = useWords();
	const { proposal } = waiting;
	const [mapping, setMapping] = useState<Mapping>(proposal.mapping);
	const [column, setColumn] = useState<number | null>(null);
	const [row, setRowAt] = useState<number | null>(null);
	const [remember, setRemember] = useState(true);
	const [settled] = useDebouncedValue(mapping, 500);
	const lacks = lacking(mapping);
	const sheet = waiting.sheets.find((of) => !mapping.sheet || of.name === mapping.sheet) ?? waiting.sheets[0];
	const trial = useQuery({
		queryKey: ['uploads', waiting.upload, 'trial', settled],
		queryFn: () => answer(api.POST('/api/v1/uploads/{id}/deliver', { params: { path: { id: waiting.upload }, query: { dry_run: true, all: true } }, body: { mapping: settled } })),
		enabled: lacking(settled).length === 0,
		placeholderData: keepPreviousData,
		retry: false,
	});
	const deliver = useMutation({
		mutationFn: () => answer(api.POST('/api/v1/uploads/{id}/deliver', { params: { path: { id: waiting.upload }, query: { all: true, spent: spent() }, header: once() }, body: { mapping, remember } })),
		onSuccess: (result) => done(result, mapping),
	});
	if (!sheet) return <ErrorSummary error={new Error(t('map.noSheet'))} />;
	const rows = lacks.length === 0 ? trial.data?.rows ?? [] : [];
	const counts = tally(rows);
	const matches = toMatch(proposal.matches, rows, mapping, sheet, proposal.skips);
	const open = counts.accepted + counts.same + counts.doubtful + counts.refused;
	return (
		<>
			<Warnings warnings={waiting.warnings} />
			<Panel title={t('map.sheetTitle', { name: waiting.filename ?? sheet.name })} actions={<StatusPill tone={proposal.confidence >= 60 ? 'good' : 'wait'}>{proposal.confidence > 0 ? t('map.confidence', { percent: proposal.confidence }) : t('map.noTable')}</StatusPill>}>
				<div className={css.fixed} role="group" aria-label={t('map.common')}>
					{waiting.sheets.length > 1 && <NativeSelect label={t('map.sheet')} value={sheet.name} onChange={(event) => setMapping({ ...mapping, sheet: event.currentTarget.value })} data={waiting.sheets.map((of) => of.name)} />}
					<UnitPicker label={t('map.fixedUnit')} description={t('map.fixedUnitHint')} value={mapping.fixed.unit ?? null} onChange={(code) => setMapping(setFixed(mapping, 'unit', code))} />
					<PeriodField label={t('map.fixedPeriod')} description={t('map.fixedPeriodHint')} value={mapping.fixed.period ?? ''} onChange={(period) => setMapping(setFixed(mapping, 'period', period))} />
				</div>
				<p className={css.how}>{t('map.how')}</p>
				{column !== null && <ColumnEditor column={column} mapping={mapping} header={sheet.rows[mapping.header_row]?.[column] ?? ''} change={setMapping} close={() => setColumn(null)} />}
				{row !== null && (
					<div className={css.editor} role="group" aria-label={t('sheet.rowNumber', { row: row + 1 })}>
						<strong>{t('sheet.rowNumber', { row: row + 1 })}</strong>
						{(['header', 'first', 'last'] as const).map((what) => <Button key={what} variant="default" size="compact-md" onClick={() => setMapping(setRow(mapping, what, row))}>{t(`map.${what}`)}</Button>)}
						<Button variant="subtle" size="compact-md" onClick={() => setRowAt(null)}>{t('map.close')}</Button>
					</div>
				)}
				<SheetView sheet={sheet} mapping={mapping} skips={proposal.skips} answers={marksOf(rows)} column={column} row={row} onColumn={setColumn} onRow={setRowAt} />
				{proposal.reasons.length > 0 && (
					<details className={css.reasons}>
						<summary>{t('map.why')}</summary>
						<ul>{proposal.reasons.map((reason, i) => <li key={i}>{[reason.row !== undefined ? t('sheet.rowNumber', { row: reason.row + 1 }) : null, reason.column !== undefined ? t('map.column', { name: columnName(reason.column) }) : null].filter(Boolean).join(', ')} {language === 'en' ? reason.detail_en : reason.detail_vi}</li>)}</ul>
					</details>
				)}
			</Panel>
			{matches.length > 0 && <Matches matches={matches} mapping={mapping} change={setMapping} />}
			<ErrorSummary error={deliver.error} />
			<div className={css.bar} role="region" aria-label={t('map.result')}>
				<p aria-live="polite">
					{lacks.length > 0 ? <strong>{t('map.lacking', { what: lacks.map((lack) => t(`lack.${lack}`)).join(', ') })}</strong>
						: trial.isError ? <span data-tone="hand">{trial.error.message}</span>
							: trial.data ? <><strong>{t('map.read', { count: open })}</strong><span>{t('map.good', { count: counts.accepted })}</span>{counts.same > 0 && <span>{t('map.same', { count: counts.same })}</span>}{counts.doubtful > 0 && <span data-tone="wait">{t('map.doubtful', { count: counts.doubtful })}</span>}{counts.refused > 0 && <span data-tone="hand">{t('map.refused', { count: counts.refused })}</span>}</>
								: <span>{t('map.trying')}</span>}
				</p>
				<Checkbox label={t('map.remember')} checked={remember} onChange={(event) => setRemember(event.currentTarget.checked)} />
				<Button leftSection={<IconSend size="1.125rem" aria-hidden />} loading={deliver.isPending} disabled={lacks.length > 0 || trial.isError || !trial.data} onClick={() => deliver.mutate()}>{counts.accepted > 0 || open === 0 ? t('map.deliver', { count: counts.accepted }) : t(counts.same === open ? 'map.deliverSame' : 'map.deliverMarked')}</Button>
			</div>
		</>
	);
}

function ColumnEditor({ column, mapping, header, change, close }: { column: number; mapping: Mapping; header: string; change: (mapping: Mapping) => void; close: () => void }) {
	const { t } = useWords();
	const role = roleOf(mapping, column);
	const of = columnOf(mapping, column);
	const title = t('map.columnOf', { name: columnName(column), header: header || '–' });
	return (
		<div className={css.editor} role="group" aria-label={title}>
			<strong>{title}</strong>
			<Chip.Group value={role} onChange={(to) => change(setRole(mapping, column, String(to)))}>
				<div className={css.chips}>{roles.map((one) => <Chip key={one} value={one} variant="outline">{t(`role.${one}`)}</Chip>)}</div>
			</Chip.Group>
			{role === 'value' && (
				<div className={css.fixed}>
					<RecordPicker kind="indicators" label={t('map.ofIndicator')} value={of.indicator ?? null} onChange={(code) => change(setOfColumn(mapping, column, 'indicator', code))} />
					<UnitPicker label={t('map.ofUnit')} value={of.unit ?? null} onChange={(code) => change(setOfColumn(mapping, column, 'unit', code))} />
					<PeriodField label={t('map.ofPeriod')} value={of.period ?? ''} onChange={(period) => change(setOfColumn(mapping, column, 'period', period))} />
				</div>
			)}
			<Button variant="subtle" size="compact-md" onClick={close}>{t('map.close')}</Button>
		</div>
	);
}

/** A period as the API writes it, or as people do: "10/2026", "quý 3/2026". */
export function readPeriod(text: string): string | null {
	const s = text.trim();
	if (periodKind(s)) return s;
	const month = /^(?:tháng|thang|t)?\s*(\d{1,2})\s*[/.-]\s*(\d{4})$/i.exec(s);
	if (month && Number(month[1]) >= 1 && Number(month[1]) <= 12) return `${month[2]}-${month[1]?.padStart(2, '0')}`;
	const roman = ['i', 'ii', 'iii', 'iv'];
	const quarter = /^(?:quý|quy|q)\s*([1-4]|i{1,3}|iv)\s*(?:[/.-]|\s+năm|\s)\s*(\d{4})$/i.exec(s);
	if (quarter?.[1]) return `${quarter[2]}-Q${/\d/.test(quarter[1]) ? quarter[1] : roman.indexOf(quarter[1].toLowerCase()) + 1}`;
	const year = /^(?:năm|nam)\s*(\d{4})$/i.exec(s);
	if (year) return year[1] ?? null;
	const day = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(s);
	return day ? `${day[3]}-${day[2]?.padStart(2, '0')}-${day[1]?.padStart(2, '0')}` : null;
}

function PeriodField({ label, description, value, onChange }: { label: string; description?: string; value: string; onChange: (period: string | null) => void }) {
	const { t, language } = useWords();
	const [typed, setTyped] = useState(value);
	const read = readPeriod(typed);
	return (
		<TextInput
			label={label} value={typed} placeholder="10/2026"
			description={read ? formatPeriod(read, language) : description}
			error={typed !== '' && !read ? t('map.badPeriod') : undefined}
			onChange={(event) => {
				setTyped(event.currentTarget.value);
				const period = readPeriod(event.currentTarget.value);
				if (period || event.currentTarget.value.trim() === '') onChange(period);
			}}
		/>
	);
}

function Matches({ matches, mapping, change }: { matches: Match[]; mapping: Mapping; change: (mapping: Mapping) => void }) {
	const { t } = useWords();
	const { name } = useNames();
	const [show, setShow] = useState<'open' | 'all'>('open');
	const wordsOf = (match: Match) => (match.kind === 'indicator' ? 'indicators' : 'units');
	const open = matches.filter((match) => !mapping[wordsOf(match)][match.text]);
	const shown = show === 'open' && open.length > 0 ? open : matches;
	return (
		<Panel
			title={open.length > 0 ? t('map.unmatched', { count: open.length }) : t('map.matched', { count: matches.length })}
			actions={open.length > 0 && open.length < matches.length && <SegmentedControl size="xs" value={show} onChange={(to) => setShow(to as 'open' | 'all')} data={[{ value: 'open', label: t('map.onlyOpen') }, { value: 'all', label: t('map.all') }]} aria-label={t('map.which')} />}
		>
			<ul className={css.matches}>
				{shown.slice(0, 60).map((match) => {
					const kind = wordsOf(match);
					const chosen = mapping[kind][match.text] ?? null;
					const guesses = [match.best, match.runner_up].filter((guess) => guess !== undefined);
					return (
						<li key={`${match.kind}/${match.text}`} data-open={chosen === null || undefined}>
							<div><strong>{match.text}</strong><span className="dim">{t(`lack.${match.kind === 'indicator' ? 'indicator' : 'unit'}`)}</span></div>
							<RecordPicker kind={kind} value={chosen} ariaLabel={t('map.meaningOf', { text: match.text })} onChange={(code) => change(setWord(mapping, kind, match.text, code))} />
							<div className={css.chips}>
								{guesses.filter((guess) => guess.code !== chosen).map((guess) => <Button key={guess.code} size="compact-sm" variant="default" classNames={{ root: css.guess, label: css.guessLabel }} onClick={() => change(setWord(mapping, kind, match.text, guess.code))}>{t('map.guess', { name: name(guess) })}</Button>)}
							</div>
						</li>
					);
				})}
			</ul>
			{shown.length > 60 && <p className="dim">{t('map.moreMatches', { count: shown.length - 60 })}</p>}
		</Panel>
	);
}
