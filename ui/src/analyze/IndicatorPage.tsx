import { Alert, Button, MultiSelect, NativeSelect, SegmentedControl, Tabs } from '@mantine/core';
import { IconCopy, IconDownload, IconPhoto } from '@tabler/icons-react';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { lazy, Suspense, useMemo, useRef } from 'react';
import { answer, api } from '../app/api';
import type { RecordRow } from '../app/contract';
import { useNames, useTexts } from '../app/i18n';
import { useSession } from '../app/session';
import { stringifySearch, useUrl } from '../app/url';
import { useAll } from '../base/Field';
import { dayOf, formatDateTime, formatDecimal, formatPeriod, nextPeriod, periodOf } from '../base/format';
import { notify } from '../base/notify';
import { Page, Panel } from '../base/Page';
import { Age, Facts, Figure, StatusPill } from '../base/small';
import { EmptyState, Loaded, Loading, Stale } from '../base/States';
import type { GridFigure } from '../collect/contract';
import { percentChange, subtractDecimals } from '../collect/decimal';
import type { ChartHandle } from './Chart';
import type { Indicator, Total } from './contract';
import { Corrections } from './Corrections';
import { FormulaPanel } from './FormulaPanel';
import css from './Indicator.module.css';
import { Ranking } from './Ranking';
import { csv, meets, pointsOfTotals, type Series, seriesOfUnits, table } from './series';

const Chart = lazy(() => import('./Chart'));

/** Periods shown unless the address says more. */
const usual: Record<Indicator['period'], number> = { daily: 60, weekly: 52, monthly: 24, quarterly: 12, half_yearly: 10, yearly: 10 };
const reaches = [0.5, 1, 2, 5];

/** "What does this figure say, and can I trust it?" */
export default function IndicatorPage() {
	const { code = '' } = useParams({ strict: false }) as { code?: string };
	const indicator = useQuery({ queryKey: ['indicators', 'one', code], queryFn: async () => (await answer(api.GET('/api/v1/{kind}/{id}', { params: { path: { kind: 'indicators', id: code } } }))) as Indicator });
	return <Loaded query={indicator} rows={10}>{(data) => <Explorer key={data.code} indicator={data} />}</Loaded>;
}

function useFigures(indicator: Indicator, from: string, to: string, asOf: string, compared: string[]) {
	const common = { indicator: indicator.code, from, to, as_of: asOf || undefined, breakdown: '' };
	const totals = useQuery({ queryKey: ['figures', 'summary', common], queryFn: async () => (await answer(api.GET('/api/v1/figures/summary', { params: { query: common } }))).items });
	const units = useQuery({
		queryKey: ['figures', 'units', common, compared],
		queryFn: async () => (await answer(api.GET('/api/v1/figures', { params: { query: { ...common, unit: compared, limit: 5000 } } }))).items as GridFigure[],
		enabled: compared.length > 0,
	});
	return { totals, units };
}

function Explorer({ indicator }: { indicator: Indicator }) {
	const { t, language } = useTexts('analyze');
	const { name } = useNames();
	const session = useSession();
	const url = useUrl();
	const units = useAll('units');
	const domains = useAll('domains');
	const chart = useRef<ChartHandle>(null);
	const asOf = url.one('as_of');
	const now = periodOf(indicator.period, dayOf(asOf || session.now));
	const to = url.one('to') || now;
	const from = url.one('from') || nextPeriod(to, 1 - usual[indicator.period]);
	const compared = url.many('unit');
	const kind = url.one('chart') === 'bar' ? 'bar' : 'line';
	const tab = url.one('tab') || 'ranking';
	const { totals, units: figures } = useFigures(indicator, from, to, asOf, compared);
	const unitName = useMemo(() => {
		const names = new Map((units.data ?? []).map((row) => [String(row.code), name(row)]));
		return (of: string | null) => names.get(of ?? '') ?? of ?? '–';
	}, [units.data, name]);
	const whole: Series = { id: '', name: t('page.whole'), points: pointsOfTotals(totals.data ?? []) };
	const series = compared.length > 0 ? seriesOfUnits(figures.data ?? [], compared.map((of) => ({ code: of, name: unitName(of) }))) : [whole];
	const measure = (language === 'en' ? indicator.measure_en : indicator.measure_vi) ?? '';
	const domain = domains.data?.find((row) => row.code === indicator.domain);
	const last = lastTotal(totals.data ?? []);
	const waiting: UseQueryResult<unknown> = compared.length > 0 ? figures : totals;
	const title = name(indicator);
	const rank = url.one('at') || last?.period || to;
	const link = async () => {
		const address = new URL(location.href);
		if (!asOf) address.searchParams.set('as_of', new Date().toISOString());
		for (const [key, value] of [['from', from], ['to', to]] as const) address.searchParams.set(key, value);
		await navigator.clipboard.writeText(address.href);
		await notify({ tone: 'good', text: t('page.linkCopied') });
	};
	return (
		<Page
			title={title}
			crumbs={[{ text: t('list.titleWait'), to: '/indicators' }, ...(domain ? [{ text: name(domain), to: `/indicators?domain=${encodeURIComponent(indicator.domain ?? '')}` }] : [])]}
			actions={<Button variant="default" leftSection={<IconCopy size="1.125rem" aria-hidden />} onClick={() => void link()}>{t('page.link')}</Button>}
		>
			{asOf && <Alert variant="light" color="sea" title={t('page.asOf', { at: formatDateTime(asOf, true) })}><Button size="compact-sm" variant="default" onClick={() => void url.set({ as_of: undefined })}>{t('page.toNow')}</Button></Alert>}
			<Headline indicator={indicator} totals={totals.data ?? []} measure={measure} />
			<Panel
				title={compared.length > 0 ? t('page.compared') : t('page.whole')}
				actions={
					<>
						<SegmentedControl size="sm" aria-label={t('page.chart')} value={kind} onChange={(to) => void url.set({ chart: to === 'line' ? undefined : to })} data={[{ value: 'line', label: t('page.line') }, { value: 'bar', label: t('page.bar') }]} />
						<NativeSelect aria-label={t('page.reach')} value={from} onChange={(event) => void url.set({ from: event.currentTarget.value, to })}
							data={[...new Map([...reaches.map((times) => nextPeriod(to, 1 - Math.round(usual[indicator.period] * times))), from].map((of) => [of, { value: of, label: t('page.since', { period: formatPeriod(of, language) }) }])).values()].sort((a, b) => b.value.localeCompare(a.value))} />
					</>
				}
			>
				<MultiSelect className={css.compare} label={t('page.compare')} placeholder={compared.length === 0 ? t('page.comparePick') : undefined} searchable limit={40} maxValues={6} value={compared} onChange={(chosen) => void url.set({ unit: chosen })}
					data={[...new Map([...(units.data ?? []).map((row: RecordRow) => [String(row.code), { value: String(row.code), label: name(row) }] as const), ...compared.map((of) => [of, { value: of, label: unitName(of) }] as const)]).values()]} />
				<Loaded query={waiting} rows={5} isEmpty={() => series.every((one) => one.points.length === 0)} empty={<EmptyState title={t('page.empty')} text={t('page.emptyText')}><Link to={'/indicators' as never}>{t('page.others')}</Link></EmptyState>}>
					{() => (
						<>
							<Suspense fallback={<div className={css.chart}><Loading rows={5} /></div>}>
								<Chart ref={chart} series={series} kind={kind} target={indicator.target} measure={measure} language={language} words={{ target: t('page.target'), provisional: t('page.provisional') }} label={t('page.chartLabel', { name: title, from: formatPeriod(from, language), to: formatPeriod(to, language) })} />
							</Suspense>
							{series.some((one) => one.points.some((point) => point.provisional)) && <p className={css.note}><span aria-hidden className={css.dash} /> {t('page.provisionalNote')}</p>}
						</>
					)}
				</Loaded>
				<div className={css.export}>
					<Button variant="default" size="sm" leftSection={<IconDownload size="1rem" aria-hidden />} onClick={() => save(`${indicator.code}.csv`, new Blob([csvOf(indicator, series, t('page.period'))], { type: 'text/csv' }))}>{t('page.csv')}</Button>
					<Button component="a" variant="default" size="sm" leftSection={<IconDownload size="1rem" aria-hidden />} href={`/api/v1/figures.xlsx${stringifySearch({ indicator: indicator.code, unit: compared, from, to, as_of: asOf })}`}>{t('page.xlsx')}</Button>
					<Button variant="default" size="sm" leftSection={<IconPhoto size="1rem" aria-hidden />} onClick={() => savePicture(`${indicator.code}.png`, chart.current?.picture() ?? '')}>{t('page.png')}</Button>
				</div>
			</Panel>
			<Tabs value={tab} onChange={(to) => void url.set({ tab: to === 'ranking' ? undefined : to ?? undefined })} keepMounted={false}>
				<Tabs.List>
					{(['ranking', 'table', 'corrections', 'formula', 'about'] as const).map((one) => <Tabs.Tab key={one} value={one}>{t(`tab.${one}`)}</Tabs.Tab>)}
				</Tabs.List>
				<Tabs.Panel value="ranking" pt="md"><Ranking indicator={indicator} period={rank} periods={(totals.data ?? []).map((one) => one.period)} asOf={asOf} unitName={unitName} measure={measure} compared={compared} /></Tabs.Panel>
				<Tabs.Panel value="table" pt="md"><SeriesTable series={series} totals={compared.length > 0 ? [] : totals.data ?? []} label={title} /></Tabs.Panel>
				<Tabs.Panel value="corrections" pt="md"><Corrections indicator={indicator} from={nextPeriod(to, -3)} to={to} asOf={asOf} unitName={unitName} /></Tabs.Panel>
				<Tabs.Panel value="formula" pt="md"><FormulaPanel indicator={indicator} period={last?.period || to} /></Tabs.Panel>
				<Tabs.Panel value="about" pt="md"><About indicator={indicator} unitName={unitName} /></Tabs.Panel>
			</Tabs>
			{totals.isError && totals.data && <Stale at={totals.dataUpdatedAt} />}
		</Page>
	);
}

function lastTotal(totals: Total[]): Total | undefined {
	return totals.findLast((one) => one.value !== null);
}

/** The number, its change, its target, and what it rests on. */
function Headline({ indicator, totals, measure }: { indicator: Indicator; totals: Total[]; measure: string }) {
	const { t, language } = useTexts('analyze');
	const last = lastTotal(totals);
	if (!last) return null;
	const before = lastTotal(totals.slice(0, totals.indexOf(last)));
	const change = before?.value && last.value ? subtractDecimals(last.value, before.value) : null;
	const percent = before?.value && last.value ? percentChange(before.value, last.value) : null;
	const met = meets(last.value, indicator.target, indicator.direction);
	return (
		<section className={css.headline} aria-label={t('page.headline')}>
			<Figure value={last.value} measure={measure} large />
			<dl>
				<div><dt>{t('page.period')}</dt><dd>{formatPeriod(last.period, language)}</dd></div>
				{change !== null && before && (
					<div><dt>{t('page.change', { period: formatPeriod(before.period, language, true) })}</dt><dd>{/^-?[0.]+$/.test(change) ? t('page.same') : <>{change.startsWith('-') ? '▼' : '▲'} {formatDecimal(change.replace('-', ''), language)}{percent !== null && <span className="dim"> ({formatDecimal(percent, language)} %)</span>}</>}</dd></div>
				)}
				{indicator.target !== null && <div><dt>{t('page.target')}</dt><dd>{formatDecimal(indicator.target, language)} {met !== null && <StatusPill tone={met ? 'good' : 'wait'}>{t(met ? 'page.met' : 'page.unmet')}</StatusPill>}</dd></div>}
				<div><dt>{t('page.units')}</dt><dd>{t('page.ofUnits', { n: last.n, of: last.of })}{last.provisional > 0 && <span className="dim"> · {t('page.provisionalCount', { count: last.provisional })}</span>}</dd></div>
				<div><dt>{t('page.updated')}</dt><dd><Age at={last.updated} /></dd></div>
			</dl>
		</section>
	);
}

function SeriesTable({ series, totals, label }: { series: Series[]; totals: Total[]; label: string }) {
	const { t, language } = useTexts('analyze');
	const { periods, rows } = table(series);
	const of = new Map(totals.map((one) => [one.period, one]));
	return (
		<Panel flush>
			<div className={css.scroll} tabIndex={0} role="region" aria-label={label}>
				<table className={css.table}>
					<thead><tr><th scope="col">{t('page.period')}</th>{series.map((one) => <th key={one.id} scope="col" className="num">{one.name}</th>)}{totals.length > 0 && <th scope="col" className="num">{t('page.units')}</th>}</tr></thead>
					<tbody>
						{periods.map((period, i) => (
							<tr key={period}>
								<th scope="row">{formatPeriod(period, language)}</th>
								{rows[i]?.map((value, k) => <td key={series[k]?.id} className="num">{formatDecimal(value, language)}{series[k]?.points.find((point) => point.period === period)?.provisional && <small className="dim"> {t('page.provisional')}</small>}</td>)}
								{totals.length > 0 && <td className="num">{of.has(period) ? `${of.get(period)?.n}/${of.get(period)?.of}` : '–'}</td>}
							</tr>
						)).reverse()}
					</tbody>
				</table>
			</div>
		</Panel>
	);
}

function About({ indicator, unitName }: { indicator: Indicator; unitName: (code: string) => string }) {
	const { t, language } = useTexts('analyze');
	const { name } = useNames();
	const documents = useAll('documents');
	const document = documents.data?.find((row) => row.code === indicator.document);
	const definition = language === 'en' ? indicator.definition_en || indicator.definition_vi : indicator.definition_vi || indicator.definition_en;
	return (
		<Panel>
			{definition && <p className={css.definition}>{definition}</p>}
			<Facts items={[
				[t('about.code'), <span className="mono" key="code">{indicator.code}</span>],
				[t('about.period'), t(`period.${indicator.period}`)],
				[t('about.scope'), t(`scope.${indicator.scope}`)],
				[t('about.aggregate'), t(`aggregate.${indicator.aggregate_units}`)],
				[t('about.owner'), indicator.owner ? <Link key="owner" to={`/units/${encodeURIComponent(indicator.owner)}` as never}>{unitName(indicator.owner)}</Link> : '–'],
				[t('about.document'), indicator.document ? <Link key="document" to={`/registry/documents/${encodeURIComponent(indicator.document)}` as never}>{document ? [document.number, name(document)].filter(Boolean).map(String).join(' – ') : indicator.document}</Link> : '–'],
				...((indicator.sum_of ?? []).length > 0 ? [[t('about.sumOf'), <span key="sum">{indicator.sum_of.map((of, i) => <span key={of}>{i > 0 && ' + '}<Link to={`/indicators/${encodeURIComponent(of)}` as never}>{of}</Link></span>)}</span>] as [string, React.ReactNode]] : []),
				[t('about.openness'), t(`openness.${indicator.openness}`)],
				[t('about.source'), indicator.source_code || '–'],
			]} />
		</Panel>
	);
}

function csvOf(indicator: Indicator, series: Series[], period: string): string {
	const { periods, rows } = table(series);
	return csv([period, ...series.map((one) => (one.id ? `${one.name} (${one.id})` : indicator.name_vi))], periods.map((of, i) => [of, ...(rows[i] ?? [])]));
}

function save(filename: string, blob: Blob): void {
	const link = document.createElement('a');
	link.href = URL.createObjectURL(blob);
	link.download = filename;
	link.click();
	setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function savePicture(filename: string, picture: string): void {
	const bytes = Uint8Array.from(atob(picture.split(',')[1] ?? ''), (c) => c.charCodeAt(0));
	if (bytes.length > 0) save(filename, new Blob([bytes], { type: 'image/png' }));
}
