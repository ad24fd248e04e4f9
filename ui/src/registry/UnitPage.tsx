import { Button, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { IconEdit, IconTable } from '@tabler/icons-react';
import { useMemo } from 'react';
import { answer, api } from '../app/api';
import type { Figure as FigureRow, RecordRow } from '../app/contract';
import { useNames, useTexts } from '../app/i18n';
import { may, useSession } from '../app/session';
import { useUrl } from '../app/url';
import { type Column, DataTable } from '../base/DataTable';
import { FieldValue, useAll } from '../base/Field';
import { addDays, dayOf, fold, formatDate, formatPeriod, type PeriodKind, periodOf } from '../base/format';
import { Page, Panel } from '../base/Page';
import { Age, Facts, Figure, FigureStatus, Spark, Tile } from '../base/small';
import { EmptyState, Loaded } from '../base/States';
import { codeOf, nameOf } from '../base/UnitPicker';
import DueSoon from '../discipline/DueSoon';
import { descriptionQuery, recordQuery } from './records';
import { UnitScores } from '../operate/UnitScores';
import css from './registry.module.css';
import { UnitsUnder } from './UnitsUnder';

/** A unit: what it reports, what it owes, where it stands in the tree, what it was before. */
export default function UnitPage() {
	const { code = '' } = useParams({ strict: false }) as { code?: string };
	const unit = useQuery(recordQuery('units', code));
	return <Loaded query={unit}>{(row) => <Unit key={row.id} row={row} />}</Loaded>;
}

function Unit({ row }: { row: RecordRow }) {
	const { t } = useTexts('registry');
	const { name } = useNames();
	const session = useSession();
	const url = useUrl();
	const units = useAll('units');
	const code = codeOf(row);
	const above = useMemo(() => ancestors(row, units.data ?? []), [row, units.data]);
	const today = dayOf(session.now);
	const below = useMemo(() => (units.data ?? []).filter((unit) => unit.parent === code && alive(unit, today)), [units.data, code, today]);
	const kind = t(`unitKind.${String(row.kind)}`, { defaultValue: String(row.kind) });
	return (
		<Page
			title={nameOf(row, name)}
			lead={<>{kind} · <span className="mono">{code}</span>{typeof row.valid_to === 'string' && <> · {t('units.ended', { date: formatDate(row.valid_to) })}</>}</>}
			crumbs={[{ text: t('kind.units.name'), to: '/registry/units' }, ...above.map((unit) => ({ text: nameOf(unit, name), to: `/units/${codeOf(unit)}` }))]}
			actions={
				<>
					{may(session, 'change', 'unit') && <Button component={Link} to={`/registry/units/${code}?edit=1` as never} variant="default" leftSection={<IconEdit size="1.125rem" />}>{t('one.edit')}</Button>}
					{may(session, 'submit', 'figure') && <Button component={Link} to={`/entry?unit=${code}` as never} leftSection={<IconTable size="1.125rem" />}>{t('units.enter')}</Button>}
				</>
			}
		>
			<UnitScores unit={code} />
			<DueSoon unit={code} name={nameOf(row, name)} />
			<Tabs value={url.one('tab') || 'figures'} onChange={(tab) => void url.set({ tab: tab === 'figures' ? undefined : (tab ?? undefined) })} keepMounted={false}>
				<Tabs.List mb="md">
					<Tabs.Tab value="figures">{t('units.figures')}</Tabs.Tab>
					{below.length > 0 && <Tabs.Tab value="below">{t('units.belowTab', { count: below.length })}</Tabs.Tab>}
					<Tabs.Tab value="facts">{t('units.about')}</Tabs.Tab>
				</Tabs.List>
				<Tabs.Panel value="figures"><Figures unit={code} today={today} units={below.length > 0 ? units.data : undefined} /></Tabs.Panel>
				<Tabs.Panel value="below"><Below rows={below} /></Tabs.Panel>
				<Tabs.Panel value="facts"><About row={row} units={units.data ?? []} /></Tabs.Panel>
			</Tabs>
		</Page>
	);
}

function alive(unit: RecordRow, day: string): boolean {
	return !(typeof unit.valid_to === 'string' && unit.valid_to <= day) && !(typeof unit.valid_from === 'string' && unit.valid_from > day);
}

/** The units above one, the highest first. */
export function ancestors(row: RecordRow, all: RecordRow[]): RecordRow[] {
	const byCode = new Map(all.map((unit) => [codeOf(unit), unit]));
	const above: RecordRow[] = [];
	let up = typeof row.parent === 'string' ? byCode.get(row.parent) : undefined;
	while (up && !above.includes(up) && up.id !== row.id) {
		above.unshift(up);
		up = typeof up.parent === 'string' ? byCode.get(up.parent) : undefined;
	}
	return above;
}

interface Latest { indicator: string; figure: FigureRow; history: FigureRow[] }

/** One line for each indicator: its newest figure and those before it, oldest first. */
export function latestOf(figures: FigureRow[]): Latest[] {
	const lines = new Map<string, FigureRow[]>();
	for (const figure of figures) {
		if (figure.breakdown !== '') continue;
		const code = figure.indicator ?? '–';
		lines.set(code, [...(lines.get(code) ?? []), figure]);
	}
	return [...lines].map(([indicator, all]) => {
		const history = all.sort((a, b) => a.period.localeCompare(b.period));
		return { indicator, figure: history.at(-1) as FigureRow, history };
	});
}

/** How far back the lines of history go, in days.  A range of periods is of one kind, so each kind is asked for by itself. */
const reach: [PeriodKind, number][] = [['daily', 14], ['weekly', 91], ['monthly', 400], ['quarterly', 800], ['half_yearly', 1100], ['yearly', 1900]];

async function figuresFrom(unit: string, from: string): Promise<FigureRow[]> {
	const all: FigureRow[] = [];
	let cursor = '';
	do {
		const page = await answer(api.GET('/api/v1/figures', { params: { query: { unit, from, breakdown: '', limit: 500, cursor: cursor || undefined } } }));
		all.push(...page.items);
		cursor = page.next ?? '';
	} while (cursor);
	return all;
}

/** `units`: all of them, when some are under this one. */
function Figures({ unit, today, units }: { unit: string; today: string; units: RecordRow[] | undefined }) {
	const { t, language } = useTexts('registry');
	const { name } = useNames();
	const session = useSession();
	const url = useUrl();
	const indicators = useAll('indicators');
	const figures = useQuery({
		queryKey: ['figures', 'unit', unit],
		queryFn: async () => latestOf((await Promise.all(reach.map(([kind, days]) => figuresFrom(unit, periodOf(kind, addDays(today, -days)))))).flat()),
	});
	const owed = useQuery({ queryKey: ['owed', unit, today, 'unit'], queryFn: () => answer(api.GET('/api/v1/owed', { params: { query: { unit, from: addDays(today, -45), to: addDays(today, 14) } } })) });
	const known = useMemo(() => new Map((indicators.data ?? []).map((row) => [codeOf(row), row])), [indicators.data]);
	const wanted = fold(url.one('q'));
	if (units && may(session, 'read', 'delivery') && figures.data?.length === 0 && owed.data?.items.length === 0) return <UnitsUnder code={unit} units={units} />;
	const columns: Column<Latest>[] = [
		{ id: 'name', header: t('units.indicator'), main: true, cell: (line) => name(known.get(line.indicator)) || line.indicator },
		{ id: 'value', header: t('units.value'), right: true, cell: (line) => <Figure value={line.figure.value} measure={measureOf(known.get(line.indicator), language)} flags={line.figure.flags} /> },
		{ id: 'period', header: t('units.period'), cell: (line) => formatPeriod(line.figure.period, language, true) },
		{ id: 'history', header: t('units.history'), wide: true, cell: (line) => <Spark values={line.history.slice(-13).map((figure) => figure.value)} label={t('units.historyOf', { count: line.history.length })} /> },
		{ id: 'status', header: t('units.status'), cell: (line) => <FigureStatus status={line.figure.status} /> },
		{ id: 'age', header: t('units.received'), wide: true, cell: (line) => <span className="dim"><Age at={line.figure.received} /></span> },
	];
	return (
		<div className={css.stack}>
			{owed.data && (
				<div className={css.tiles}>
					<Tile value={owed.data.summary.late} text={t('units.late')} tone={owed.data.summary.late > 0 ? 'hand' : 'good'} />
					<Tile value={owed.data.summary.due} text={t('units.due')} />
					<Tile value={owed.data.summary.met} text={t('units.met')} />
				</div>
			)}
			<Loaded query={figures} isEmpty={(lines) => lines.length === 0} empty={<Panel><EmptyState title={t('units.noFigures')} text={t('units.noFiguresText')} /></Panel>}>
				{(lines) => {
					const shown = lines.filter((line) => fold(`${name(known.get(line.indicator))} ${line.indicator}`).includes(wanted));
					return (
						<>
							<input className={css.find} type="search" placeholder={t('units.find')} aria-label={t('units.find')} value={url.one('q')} onChange={(event) => void url.set({ q: event.currentTarget.value || undefined }, { replace: true })} />
							<Panel flush>
								{shown.length === 0 ? <EmptyState title={t('list.noneFound')} /> : (
									<DataTable label={t('units.figures')} columns={columns} rows={shown} rowId={(line) => line.indicator} to={(line) => `/figures/${line.figure.id}`} foot={<span className="dim">{t('units.count', { count: shown.length })}</span>} />
								)}
							</Panel>
						</>
					);
				}}
			</Loaded>
		</div>
	);
}

function measureOf(indicator: RecordRow | undefined, language: string): string | undefined {
	const measure = indicator?.[language === 'en' ? 'measure_en' : 'measure_vi'];
	return typeof measure === 'string' ? measure : undefined;
}

function Below({ rows }: { rows: RecordRow[] }) {
	const { t } = useTexts('registry');
	const { name } = useNames();
	const columns: Column<RecordRow>[] = [
		{ id: 'name', header: t('units.name'), main: true, cell: (row) => nameOf(row, name) },
		{ id: 'kind', header: t('units.kind'), cell: (row) => t(`unitKind.${String(row.kind)}`, { defaultValue: String(row.kind) }) },
		{ id: 'code', header: t('units.code'), cell: (row) => <span className="mono">{codeOf(row)}</span> },
	];
	return <Panel flush><DataTable label={t('units.belowTab', { count: rows.length })} columns={columns} rows={rows} rowId={(row) => row.id} to={(row) => `/units/${codeOf(row)}`} /></Panel>;
}

function About({ row, units }: { row: RecordRow; units: RecordRow[] }) {
	const { t } = useTexts('registry');
	const { label } = useNames();
	const code = codeOf(row);
	const description = useQuery(descriptionQuery('units'));
	const changeKinds = useQuery(descriptionQuery('unit-changes'));
	const changes = useQuery({ queryKey: ['unit-changes', 'of', code], queryFn: () => answer(api.GET('/api/v1/{kind}', { params: { path: { kind: 'unit-changes' }, query: { unit: code, limit: 100 } } })) });
	const names = useMemo(() => new Map(units.map((unit) => [codeOf(unit), unit])), [units]);
	return (
		<div className={css.stack}>
			<Panel>
				<Loaded query={description}>
					{(what) => <Facts items={what.fields.map((field) => [label(field.label), <FieldValue key={field.name} field={field} value={row[field.name]} names={names} />])} />}
				</Loaded>
			</Panel>
			<Panel title={t('units.changes')}>
				<Loaded query={changes} isEmpty={(data) => data.items.length === 0} empty={<p className="dim" style={{ margin: 0 }}>{t('units.noChanges')}</p>}>
					{(data) => (
						<ul>
							{data.items.map((change) => {
								const kind = changeKinds.data?.fields.find((field) => field.name === 'kind')?.choices?.find((choice) => choice.value === change.kind);
								return <li key={change.id}>{formatDate(String(change.on_date))}: {label(kind?.label) || String(change.kind)}{change.old_name ? ` – ${t('units.was', { name: String(change.old_name) })}` : ''}</li>;
							})}
						</ul>
					)}
				</Loaded>
			</Panel>
		</div>
	);
}
