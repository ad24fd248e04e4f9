/* "What raises us two points?": points won and lost, values tried out, the cheapest gains, two versions side by side. */
import { Button, NativeSelect, NumberInput, Switch } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { answer, api } from '../app/api';
import { useNames, useTexts } from '../app/i18n';
import { useSession } from '../app/session';
import { useUrl } from '../app/url';
import { dayOf, formatDate, formatDecimal, formatPeriod, nextPeriod, periodOf } from '../base/format';
import { Page, Panel } from '../base/Page';
import { PeriodPicker } from '../base/PeriodPicker';
import { StatusPill } from '../base/small';
import { EmptyState, ErrorState, Loaded, Loading } from '../base/States';
import { UnitPicker } from '../base/UnitPicker';
import type { ChartHandle } from './Chart';
import { Consultation } from './Consultation';
import type { AdviceList, Criterion, IndexTree } from './contract';
import css from './Index.module.css';
import { setTone } from './Indices';
import { withGaps } from './series';

const Chart = lazy(() => import('./Chart'));

/** "1.1:97.5" of the address → { "1.1": "97.5" }. */
export function supposedOf(texts: string[]): Record<string, string> {
	return Object.fromEntries(texts.map((text) => [text.slice(0, text.lastIndexOf(':')), text.slice(text.lastIndexOf(':') + 1)]).filter(([code, value]) => code && /^-?\d+(\.\d+)?$/.test(value ?? '')));
}

/** Where a slider ends: the indicator's own range, else the thresholds and the value with some room. */
export function rangeOf(one: Criterion): { min: number; max: number; step: number } {
	const known = [one.value, one.low, one.high, ...(one.steps ?? []).map((step) => step.value)].filter((x): x is number => typeof x === 'number');
	const min = one.min ?? Math.min(0, ...known);
	const max = one.max ?? Math.max(1, ...known) * 1.25;
	const step = max - min > 1000 ? 10 ** Math.floor(Math.log10((max - min) / 500)) : max - min > 20 ? 0.1 : 0.01;
	return { min, max, step };
}

function usePoints() {
	const { language } = useTexts('analyze');
	return (x: number) => formatDecimal(x.toFixed(2), language);
}

function useTree(code: string, version: string, period: string, unit: string) {
	const query = { version: version || undefined, period: period || undefined, unit: unit || undefined };
	return useQuery({ queryKey: ['indices', code, query], queryFn: () => answer(api.GET('/api/v1/indices/{code}', { params: { path: { code }, query } })), enabled: code !== '' });
}

export default function IndexPage() {
	const { code = '' } = useParams({ strict: false }) as { code?: string };
	const url = useUrl();
	const tree = useTree(code, url.one('version'), url.one('period'), url.one('unit'));
	return <Loaded query={tree} rows={10}>{(data) => <Shown tree={data} />}</Loaded>;
}

function Shown({ tree }: { tree: IndexTree }) {
	const { t, language } = useTexts('analyze');
	const { name } = useNames();
	const session = useSession();
	const points = usePoints();
	const url = useUrl();
	const beside = url.one('beside');
	const other = useTree(beside ? tree.index : '', beside, tree.period, tree.unit);
	const latest = nextPeriod(periodOf(tree.period_kind, dayOf(session.now)), 0);
	const whose = name({ name_vi: tree.unit_name_vi, name_en: tree.unit_name_en });
	const description = language === 'en' ? tree.description_en : tree.description_vi;
	return (
		<Page title={name(tree)} lead={description} crumbs={[{ text: t('index.listTitle'), to: '/indices' }]}>
			<Panel>
				<div className={css.total}>
					<span><strong>{points(tree.won)}</strong> <span className="dim">{t('index.of', { points: points(tree.points) })}</span></span>
					<span>{t('index.whose', { name: whose })}</span>
					<span>{t('index.lost', { points: points(tree.points - tree.won) })}</span>
					<span>{tree.missing > 0 ? <StatusPill tone="wait">{t('index.missing', { count: tree.missing })}</StatusPill> : <StatusPill tone="good">{t('index.whole')}</StatusPill>}</span>
					<span><StatusPill tone={setTone[tree.status]}>{t(`setStatus.${tree.status}`)}</StatusPill> <span className="dim">{t('index.from', { date: formatDate(tree.valid_from) })}</span></span>
					{tree.demonstration && <StatusPill tone="quiet">{t('index.demonstration')}</StatusPill>}
					{tree.document && <Link to={`/registry/documents/${encodeURIComponent(tree.document)}` as never}>{t('index.document')}: {tree.document}</Link>}
				</div>
				{tree.asked !== tree.unit && <p role="note">{t('index.notOwn', { name: whose })}</p>}
				<div className={css.controls}>
					<PeriodPicker label={t('index.period')} value={tree.period} latest={latest} onChange={(to) => void url.set({ period: to })} />
					<UnitPicker label={t('index.unit')} placeholder={t('index.province')} value={url.one('unit') || null} onChange={(to) => void url.set({ unit: to ?? undefined, if: undefined })} />
					<NativeSelect label={t('index.version')} value={tree.version} onChange={(event) => void url.set({ version: event.currentTarget.value, if: undefined })} data={tree.versions.map((one) => ({ value: one.version, label: `${one.version} – ${t(`setStatus.${one.status}`)}` }))} />
					<NativeSelect label={t('index.compare')} value={beside} onChange={(event) => void url.set({ beside: event.currentTarget.value || undefined })} data={[{ value: '', label: t('index.noCompare') }, ...tree.versions.filter((one) => one.version !== tree.version).map((one) => ({ value: one.version, label: one.version }))]} />
				</div>
			</Panel>
			{['draft', 'consulting', 'agreed'].includes(tree.status) && <Consultation code={tree.code} />}
			<Criteria tree={tree} other={beside ? other.data : undefined} />
			<Gains tree={tree} />
			<Panel title={t('index.history')}><Over tree={tree} beside={beside} /></Panel>
		</Page>
	);
}

/* -- criteria and what if -- */
function useSimulation(tree: IndexTree, supposed: Record<string, string>) {
	const [values] = useDebouncedValue(supposed, 200);
	const simulation = useQuery({
		queryKey: ['indices', tree.index, 'simulate', tree.version, tree.period, tree.unit, values],
		queryFn: () => answer(api.POST('/api/v1/indices/{code}/simulate', { params: { path: { code: tree.index } }, body: { period: tree.period, version: tree.version, unit: tree.unit, values } })),
		enabled: Object.keys(values).length > 0,
		placeholderData: (before) => before,
	});
	const behind = JSON.stringify(values) !== JSON.stringify(supposed) || simulation.isPlaceholderData || simulation.isPending;
	return { ...simulation, behind: behind && !simulation.isError };
}

function Criteria({ tree, other }: { tree: IndexTree; other?: IndexTree }) {
	const { t } = useTexts('analyze');
	const points = usePoints();
	const url = useUrl();
	const supposed = supposedOf(url.many('if'));
	const any = Object.keys(supposed).length > 0;
	const simulation = useSimulation(tree, supposed);
	const shown = any && simulation.data ? simulation.data : tree;
	const change = shown.won - tree.won;
	const suppose = (code: string, value: string) => void url.set({ if: Object.entries({ ...supposed, [code]: value }).map(([of, to]) => `${of}:${to}`) }, { replace: true });
	return (
		<Panel flush title={t('index.criteria')}>
			{any && (
				<div className={css.supposed} role="status" aria-busy={simulation.behind}>
					{simulation.isError ? <ErrorState error={simulation.error} retry={() => void simulation.refetch()} /> : <strong>{simulation.behind ? t('index.reckoning') : t('index.supposed', { won: points(shown.won), change: `${change >= 0 ? '+' : '−'}${points(Math.abs(change))}` })}</strong>}
					<Button size="compact-sm" variant="default" onClick={() => void url.set({ if: undefined })}>{t('index.reset')}</Button>
				</div>
			)}
			<div className={css.scroll} tabIndex={0} role="region" aria-label={t('index.criteria')}>
				<table className={`${css.table} ${css.criteria}`}>
					<thead>
						<tr>
							<th scope="col">{t('index.criterion')}</th><th scope="col" className="num">{t('index.value')}</th><th scope="col" className="num">{t('index.won')}</th><th scope="col" className="num">{t('index.points')}</th>
							{other && <th scope="col" className="num">{t('index.inVersion', { version: other.version })}</th>}
							<th scope="col">{t('index.whatIf')}</th>
						</tr>
					</thead>
					<tbody>{treeOrder(shown.criteria).map((one) => <Row key={one.code} one={one} before={tree.criteria.find((was) => was.code === one.code) ?? one} other={other?.criteria.find((same) => same.code === one.code)} compared={Boolean(other)} onSuppose={(value) => suppose(one.code, value)} />)}</tbody>
				</table>
			</div>
		</Panel>
	);
}

/** Each group with what is in it below it. */
export function treeOrder(criteria: Criterion[]): Criterion[] {
	const below = (parent: string | null): Criterion[] => criteria.filter((one) => one.parent === parent).flatMap((one) => [one, ...below(one.code)]);
	return below(null);
}

function Row({ one, before, other, compared, onSuppose }: { one: Criterion; before: Criterion; other?: Criterion; compared: boolean; onSuppose: (value: string) => void }) {
	const { t, language } = useTexts('analyze');
	const { name } = useNames();
	const points = usePoints();
	const group = one.method === 'group';
	const measure = (language === 'en' ? one.measure_en : one.measure_vi) ?? '';
	const value = typeof before.value === 'number' ? (before.truth ? t(before.value ? 'index.met' : 'index.notMet') : formatDecimal(String(before.value), language)) : null;
	return (
		<tr data-group={group || undefined}>
			<th scope="row" className={one.parent ? css.leaf : undefined}>
				<span className="mono">{one.code}</span> {one.indicator ? <Link to={`/indicators/${encodeURIComponent(one.indicator)}` as never}>{name(one)}</Link> : name(one)}
				{before.reason && <><br /><small className="dim">{language === 'en' ? before.reason.en : before.reason.vi}</small></>}
			</th>
			<td className="num" data-label={group ? undefined : t('index.value')}>{group ? '' : value === null ? '–' : before.figure ? <Link to={`/figures/${before.figure}` as never} aria-label={t('formula.open', { value })}>{value}</Link> : value}{value !== null && <small className="dim"> {measure}</small>}</td>
			<td className="num" data-label={t('index.won')}><span className={css.bar} aria-hidden><i style={{ width: `${one.points > 0 ? Math.round((100 * one.won) / one.points) : 0}%` }} /></span>{points(one.won)}</td>
			<td className="num" data-label={t('index.points')}>{points(one.points)}</td>
			{compared && <td className="num" data-label={t('index.compare')}>{other ? <>{points(other.won)} <small className="dim">/ {points(other.points)}</small></> : '–'}</td>}
			<td>{!group && (one.truth ? <Truth one={one} label={t('index.slide', { name: name(one) })} onSuppose={onSuppose} /> : <Slider one={one} label={t('index.slide', { name: name(one) })} onSuppose={onSuppose} />)}</td>
		</tr>
	);
}

/** Met or not: there is nothing between. */
function Truth({ one, label, onSuppose }: { one: Criterion; label: string; onSuppose: (value: string) => void }) {
	const { t } = useTexts('analyze');
	const met = one.value === 1;
	return <span className={css.slider} data-supposed={one.supposed || undefined}><Switch aria-label={label} checked={met} onChange={(event) => onSuppose(event.currentTarget.checked ? '1' : '0')} label={one.value === null ? '–' : t(met ? 'index.met' : 'index.notMet')} /></span>;
}

/** "0 to 100", as far as it is known. */
function useRange(one: Criterion): string {
	const { t, language } = useTexts('analyze');
	const of = (x: number | null | undefined) => (typeof x === 'number' ? formatDecimal(String(x), language) : '');
	const min = of(one.min), max = of(one.max);
	return min && max ? t('index.range', { min, max }) : min ? t('index.least', { min }) : max ? t('index.most', { max }) : '';
}

/** Moves at once; the address and the server follow when it rests. */
function Slider({ one, label, onSuppose }: { one: Criterion; label: string; onSuppose: (value: string) => void }) {
	const { language } = useTexts('analyze');
	const { min, max, step } = rangeOf(one);
	const range = useRange(one);
	const given = one.value ?? min;
	const [value, setValue] = useState(given);
	const timer = useRef(0);
	useEffect(() => setValue(given), [given]);
	useEffect(() => () => clearTimeout(timer.current), []);
	const digits = step < 0.1 ? 2 : step < 1 ? 1 : 0;
	return (
		<span className={css.slider} data-supposed={one.supposed || undefined}>
			<input type="range" aria-label={label} min={min} max={max} step={step} value={value} onChange={(event) => {
				const to = Number(event.currentTarget.value);
				setValue(to);
				clearTimeout(timer.current);
				timer.current = window.setTimeout(() => onSuppose(to.toFixed(digits)), 150);
			}} />
			<output>{typeof one.value === 'number' || value !== given ? formatDecimal(value.toFixed(digits), language) : '–'}{range && <small className="dim"> {range}</small>}</output>
		</span>
	);
}

/* -- what raises it -- */
function Gains({ tree }: { tree: IndexTree }) {
	const { t } = useTexts('analyze');
	const points = usePoints();
	const url = useUrl();
	const want = /^\d{1,3}(\.\d+)?$/.test(url.one('want')) && Number(url.one('want')) > 0 ? url.one('want') : '2';
	const query = { version: tree.version, period: tree.period, unit: tree.unit, want };
	const advice = useQuery({ queryKey: ['indices', tree.index, 'advice', query], queryFn: () => answer(api.GET('/api/v1/indices/{code}/advice', { params: { path: { code: tree.index }, query } })) });
	return (
		<Panel title={t('index.adviceTitle')} actions={<NumberInput label={t('index.want')} w="9rem" min={0.5} max={100} step={0.5} value={Number(want)} onChange={(to) => void url.set({ want: to === '' || to === 2 ? undefined : String(to) }, { replace: true })} />}>
			<p className="dim">{t('index.adviceLead')}</p>
			<Loaded query={advice} isEmpty={(data) => data.items.length === 0} empty={<EmptyState title={t('index.noAdvice')} text={t('index.noAdviceText')} />}>
				{(data) => (
					<>
						<p role="status"><strong>{data.reached + 0.005 < data.wanted ? t('index.short', { points: points(data.reached) }) : t('index.reached', { points: points(data.reached) })}</strong></p>
						<AdviceTable tree={tree} advice={data} />
						<Button mt="md" variant="default" onClick={() => void url.set({ if: data.items.filter((one) => one.chosen).map((one) => `${one.criterion}:${one.to}`) })}>{t('index.try')}</Button>
					</>
				)}
			</Loaded>
		</Panel>
	);
}

function AdviceTable({ tree, advice }: { tree: IndexTree; advice: AdviceList }) {
	const { t, language } = useTexts('analyze');
	const { name } = useNames();
	const points = usePoints();
	const told = (code: string, value: number) => (tree.criteria.find((one) => one.code === code)?.truth ? t(value ? 'index.met' : 'index.notMet') : formatDecimal(String(value), language));
	return (
		<div className={css.scroll} tabIndex={0} role="region" aria-label={t('index.adviceTitle')}>
			<table className={`${css.table} ${css.criteria}`}>
				<thead><tr><th scope="col">{t('index.criterion')}</th><th scope="col">{t('index.whatIf')}</th><th scope="col" className="num">{t('index.gain')}</th><th scope="col" className="num">{t('index.times')}</th><th scope="col" className="num">{t('index.effort')}</th></tr></thead>
				<tbody>
					{advice.items.map((one) => (
						<tr key={one.criterion}>
							<th scope="row"><span className="mono">{one.criterion}</span> {name(one)} {one.chosen && <StatusPill tone="good">{t('index.chosen')}</StatusPill>}</th>
							<td>{t('index.change', { from: told(one.criterion, one.from), to: told(one.criterion, one.to) })}</td>
							<td className="num" data-label={t('index.gain')}>+{points(one.gain)}</td>
							<td className="num" data-label={t('index.times')}>{formatDecimal(one.periods.toFixed(1), language)}</td>
							<td className="num" data-label={t('index.effort')}>{one.effort}/9</td>
						</tr>
					))}
				</tbody>
			</table>
		</div>
	);
}

/* -- over time -- */
function Over({ tree, beside }: { tree: IndexTree; beside: string }) {
	const { t, language } = useTexts('analyze');
	const { name } = useNames();
	const points = usePoints();
	const chart = useRef<ChartHandle>(null);
	const query = { period: tree.period, unit: tree.unit, version: beside ? [tree.version, beside] : [tree.version], periods: 12 };
	const history = useQuery({ queryKey: ['indices', tree.index, 'history', query], queryFn: async () => (await answer(api.GET('/api/v1/indices/{code}/history', { params: { path: { code: tree.index }, query } }))).items });
	return (
		<Loaded query={history} rows={5}>
			{(versions) => (
				<>
					<Suspense fallback={<div className={css.chart}><Loading rows={5} /></div>}>
						<Chart ref={chart} kind="line" target={null} measure={t('index.showPoints')} language={language} words={{ target: '', provisional: t('page.provisional') }} label={t('index.chart', { name: name(tree) })}
							series={versions.map((one) => ({ id: one.version, name: `${t('index.version')} ${one.version}`, points: withGaps(one.items.filter((item) => item.missing < item.leaves).map((item) => ({ period: item.period, value: item.won.toFixed(2), provisional: item.missing > 0 }))) }))} />
					</Suspense>
					<div className={css.scroll} tabIndex={0} role="region" aria-label={t('index.history')}>
						<table className={css.table}>
							<thead><tr><th scope="col">{t('index.period')}</th>{versions.map((one) => <th key={one.version} scope="col" className="num">{t('index.inVersion', { version: one.version })}</th>)}</tr></thead>
							<tbody>
								{(versions[0]?.items ?? []).map((item, i) => (
									<tr key={item.period}>
										<th scope="row">{formatPeriod(item.period, language)}</th>
										{versions.map((one) => {
											const at = one.items[i];
											return <td key={one.version} className="num">{at && at.missing < at.leaves ? points(at.won) : '–'}{at && at.missing > 0 && <small className="dim"> {t('index.missing', { count: at.missing })}</small>}</td>;
										})}
									</tr>
								)).reverse()}
							</tbody>
						</table>
					</div>
				</>
			)}
		</Loaded>
	);
}
