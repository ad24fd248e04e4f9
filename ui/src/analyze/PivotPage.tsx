import { ActionIcon, Alert, Button, MultiSelect, NativeSelect, SegmentedControl } from '@mantine/core';
import { IconArrowsExchange, IconCopy, IconDownload, IconLayoutDashboard } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useNames, useTexts } from '../app/i18n';
import { may, useSession } from '../app/session';
import { one, stringifySearch, useUrl } from '../app/url';
import { formatDateTime, formatPeriod, nextPeriod, periodOf, dayOf } from '../base/format';
import { notify } from '../base/notify';
import { Page, Panel } from '../base/Page';
import { PeriodPicker } from '../base/PeriodPicker';
import { EmptyState, Loaded } from '../base/States';
import { UnitPicker } from '../base/UnitPicker';
import type { Indicator, Pivot, PivotMember } from './contract';
import { useIndicators } from './Indicators';
import { finer, grains, measures, questionOf, questionText, usePivot } from './pivot';
import css from './Pivot.module.css';
import { PivotTable, useMemberName } from './PivotTable';

const KeepTile = lazy(() => import('./KeepTile'));
const axes = ['unit', 'period', 'indicator', 'breakdown'] as const;
const spans = ['6', '12', '24', '36', '60', '120'];

/** "How do these figures compare?" – every choice is in the address. */
export default function PivotPage() {
	const { t } = useTexts('analyze');
	const url = useUrl();
	const session = useSession();
	const indicators = useIndicators();
	const [keeping, setKeeping] = useState(false);
	const question = questionOf(url.search);
	const measure = url.one('show') || 'value';
	const table = usePivot(question, [...new Set(['value', 'figure', measure])]);
	const chosen = (indicators.data ?? []).filter((indicator) => url.many('indicator').includes(indicator.code));
	const files = `${questionText(url.search)}&show=${measure}`;
	const link = async () => {
		const address = new URL(location.href);
		if (table.data) for (const [key, value] of [['from', table.data.from], ['to', table.data.to], ['grain', table.data.grain]] as const) address.searchParams.set(key, value);
		address.searchParams.delete('periods');
		if (!url.one('as_of')) address.searchParams.set('as_of', new Date().toISOString());
		await navigator.clipboard.writeText(address.href);
		await notify({ tone: 'good', text: t('page.linkCopied') });
	};
	return (
		<Page
			title={t('pivot.title')} lead={t('pivot.lead')}
			actions={table.data && (
				<>
					{may(session, 'create', 'dashboard') && <Button variant="default" leftSection={<IconLayoutDashboard size="1.125rem" aria-hidden />} onClick={() => setKeeping(true)}>{t('pivot.keep')}</Button>}
					<Button variant="default" leftSection={<IconCopy size="1.125rem" aria-hidden />} onClick={() => void link()}>{t('page.link')}</Button>
					<Button component="a" variant="default" href={`/api/v1/pivot.xlsx?${files}`} leftSection={<IconDownload size="1.125rem" aria-hidden />}>Excel</Button>
					<Button component="a" variant="default" href={`/api/v1/pivot.csv?${files}`}>CSV</Button>
				</>
			)}
		>
			{url.one('as_of') && <Alert variant="light" color="sea" title={t('page.asOf', { at: formatDateTime(url.one('as_of'), true) })}><Button size="compact-sm" variant="default" onClick={() => void url.set({ as_of: undefined })}>{t('page.toNow')}</Button></Alert>}
			<Panel><Controls indicators={indicators.data ?? []} chosen={chosen} measure={measure} /></Panel>
			{url.many('indicator').length === 0
				? <EmptyState title={t('pivot.begin')} text={t('pivot.beginText')} />
				: (
					<Loaded query={table} rows={10}>
						{(data) => <Result table={data} measure={measure} />}
					</Loaded>
				)}
			{keeping && table.data && <Suspense><KeepTile question={questionText(url.search)} title={chosen} close={() => setKeeping(false)} /></Suspense>}
		</Page>
	);
}

function Controls({ indicators, chosen, measure }: { indicators: Indicator[]; chosen: Indicator[]; measure: string }) {
	const { t, language } = useTexts('analyze');
	const { name } = useNames();
	const url = useUrl();
	const session = useSession();
	const rows = url.one('rows') || 'unit';
	const over = url.one('columns') || 'period';
	const longest = Math.max(0, ...chosen.map((indicator) => grains.indexOf(indicator.period)));
	const grain = (url.one('grain') || grains[longest]) as Indicator['period'];
	const latest = periodOf(grain, dayOf(url.one('as_of') || session.now));
	const to = url.one('to') || latest;
	const lists = [...new Set(chosen.flatMap((indicator) => indicator.breakdowns ?? []))].map((list) => list.replace(/\*$/, ''));
	// Axes with one member only need no place; several indicators do.
	const setIndicators = (codes: string[]) => {
		const needs = codes.length > 1 && rows !== 'indicator' && over !== 'indicator';
		void url.set({ indicator: codes, ...(needs ? { rows: 'indicator' } : {}) });
	};
	const axisData = (other: string) => axes.filter((axis) => axis !== other && (axis !== 'breakdown' || lists.length > 0)).map((axis) => ({ value: axis, label: t(`pivot.axis.${axis}`) }));
	const withList = (axis: string) => (axis === 'breakdown' ? { breakdown: url.one('breakdown') || lists[0] } : {});
	return (
		<>
			<div className={css.controls}>
				<MultiSelect className={css.wide} label={t('pivot.indicators')} placeholder={chosen.length ? undefined : t('pivot.indicatorsPick')} searchable limit={50} maxValues={30} hidePickedOptions
					value={url.many('indicator')} onChange={setIndicators} data={indicators.map((indicator) => ({ value: indicator.code, label: `${name(indicator)} (${indicator.code})` }))} />
				<div className={css.axes}>
					<NativeSelect label={t('pivot.rows')} value={rows} onChange={(event) => void url.set({ rows: event.currentTarget.value, ...withList(event.currentTarget.value) })} data={axisData(over)} />
					<ActionIcon variant="default" size="input-sm" aria-label={t('pivot.swap')} title={t('pivot.swap')} onClick={() => void url.set({ rows: over, columns: rows })}><IconArrowsExchange size="1.125rem" aria-hidden /></ActionIcon>
					<NativeSelect label={t('pivot.columns')} value={over} onChange={(event) => void url.set({ columns: event.currentTarget.value, ...withList(event.currentTarget.value) })} data={axisData(rows)} />
				</div>
				<NativeSelect label={t('pivot.measure')} value={measure} onChange={(event) => void url.set({ show: event.currentTarget.value === 'value' ? undefined : event.currentTarget.value })} data={measures.map((one) => ({ value: one, label: t(`pivot.show.${one}`) }))} />
				<NativeSelect label={t('pivot.grain')} value={grain} onChange={(event) => void url.set({ grain: event.currentTarget.value, from: undefined, to: undefined })} data={grains.filter((_, i) => i >= longest).map((one) => ({ value: one, label: t(`period.${one}`) }))} />
				<div>
					<span className={css.label} aria-hidden>{t('pivot.to')}</span>
					<PeriodPicker label={t('pivot.to')} value={to} latest={latest} onChange={(period) => void url.set({ to: period === latest ? undefined : period, from: undefined })} />
				</div>
				<NativeSelect label={t('pivot.span')} value={url.one('from') ? '' : url.one('periods') || '12'} onChange={(event) => void url.set({ periods: event.currentTarget.value, from: undefined })}
					data={[...(url.one('from') ? [{ value: '', label: t('page.since', { period: formatPeriod(url.one('from'), language) }) }] : []), ...spans.map((n) => ({ value: n, label: t('page.since', { period: formatPeriod(nextPeriod(to, 1 - Number(n)), language) }) }))]} />
			</div>
			<details className={css.more} open={['under', 'units', 'boundaries', 'breakdown', 'level'].some((key) => url.one(key) !== '')}>
				<summary>{t('pivot.more')}</summary>
				<div className={css.controls}>
					<UnitPicker label={t('pivot.under')} value={url.one('under') || null} onChange={(code) => void url.set({ under: code ?? undefined })} placeholder={t('page.whole')} />
					<NativeSelect label={t('pivot.units')} value={url.one('units') || 'each'} onChange={(event) => void url.set({ units: event.currentTarget.value })} data={[{ value: 'each', label: t('pivot.each') }, { value: 'children', label: t('pivot.children') }]} />
					<NativeSelect label={t('pivot.level')} value={url.one('level') || 'any'} onChange={(event) => void url.set({ level: event.currentTarget.value === 'any' ? undefined : event.currentTarget.value })} data={[{ value: 'any', label: t('pivot.levelAny') }, { value: 'commune', label: t('scope.commune') }, { value: 'other', label: t('pivot.levelOther') }]} />
					{lists.length > 0 && <NativeSelect label={t('pivot.axis.breakdown')} value={url.one('breakdown')} onChange={(event) => void url.set({ breakdown: event.currentTarget.value || undefined })} data={[{ value: '', label: t('pivot.undivided') }, ...lists.map((list) => ({ value: list, label: list }))]} />}
					<SegmentedControl aria-label={t('pivot.boundaries')} value={url.one('boundaries') || 'today'} onChange={(value) => void url.set({ boundaries: value === 'today' ? undefined : value })} data={[{ value: 'today', label: t('pivot.today') }, { value: 'then', label: t('pivot.then') }]} />
				</div>
			</details>
		</>
	);
}

/** Where a member leads: a year to its quarters, a unit to what is below it or to its own page of the indicator. */
function useDrill(table: Pivot) {
	const { t } = useTexts('analyze');
	const url = useUrl();
	const nameOf = useMemberName(table);
	const down = finer(table);
	return (member: PivotMember) => {
		const here = (change: Record<string, string | undefined>) => `/pivot${stringifySearch({ ...url.search, ...change })}`;
		const label = t('pivot.open', { name: nameOf(member) });
		if (typeof member.period === 'string' && Object.keys(member).length === 1)
			return down ? { to: here({ grain: down, from: member.period, to: member.period, periods: undefined }), label } : null;
		const only = table.indicators.length === 1 ? table.indicators[0]?.code : member.indicator;
		if (member.unit && one(url.search, 'units') === 'children' && member.unit.code !== one(url.search, 'under')) return { to: here({ under: member.unit.code }), label };
		if (member.unit && only) return { to: `/indicators/${encodeURIComponent(only)}?unit=${encodeURIComponent(member.unit.code)}`, label };
		return member.indicator ? { to: `/indicators/${encodeURIComponent(member.indicator)}`, label } : null;
	};
}

function Result({ table, measure }: { table: Pivot; measure: string }) {
	const { t, language } = useTexts('analyze');
	const drill = useDrill(table);
	const first = table.indicators[0];
	const unit = table.indicators.length === 1 && first ? (language === 'en' ? first.measure_en : first.measure_vi) : '';
	const title = `${t(`pivot.show.${measure}`)}${unit && ['value', 'change', 'year_ago', 'year_change', 'target'].includes(measure) ? ` (${unit})` : ''}`;
	return (
		<Panel flush title={title}>
			{first && table.indicators.length === 1 && <p className={css.note} style={{ paddingInline: '1.25rem' }}>{t('pivot.how', { units: t(`aggregate.${first.over_units}`), time: t(`aggregate.${first.over_time}`) })}{table.boundaries === 'then' ? ` ${t('pivot.thenNote')}` : ''}</p>}
			<PivotTable table={table} measure={measure} label={t('pivot.title')} drill={drill} spark={measure === 'value'} />
		</Panel>
	);
}
