import { Button, Checkbox, Kbd, Textarea } from '@mantine/core';
import { IconCheck, IconCornerUpLeft } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import { answer, api, once } from '../app/api';
import type { RecordRow } from '../app/contract';
import { useNames, useTexts } from '../app/i18n';
import { useUrl } from '../app/url';
import { ErrorSummary } from '../base/ErrorSummary';
import { useAll } from '../base/Field';
import { formatDecimal, formatPeriod } from '../base/format';
import { notify } from '../base/notify';
import { Page, Panel } from '../base/Page';
import { Age, Figure, Spark, StatusPill } from '../base/small';
import { EmptyState, ErrorState, Loading, Stale } from '../base/States';
import { UnitPicker } from '../base/UnitPicker';
import css from './Approvals.module.css';
import type { WaitingFigure } from './contract';
import { percentChange } from './decimal';

type Decision = 'approve' | 'return';

/** "Which of these can stand?": figures that wait, by unit, beside what was there before. */
export default function Approvals() {
	const { t } = useTexts('collect');
	const { name } = useNames();
	const url = useUrl();
	const queries = useQueryClient();
	const unit = url.one('unit');
	const units = useAll('units');
	const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
	const [returning, setReturning] = useState(false);
	const [remark, setRemark] = useState('');
	const pages = useInfiniteQuery({
		queryKey: ['approvals', unit],
		queryFn: ({ pageParam }) => answer(api.GET('/api/v1/approvals', { params: { query: { unit: unit || undefined, cursor: pageParam || undefined } } })),
		initialPageParam: '',
		getNextPageParam: (last) => last.next,
	});
	const figures = useMemo(() => pages.data?.pages.flatMap((page) => page.items) ?? [], [pages.data]);
	const groups = useMemo(() => byUnit(figures), [figures]);
	const alive = figures.filter((figure) => chosen.has(figure.id));
	const decide = useMutation({
		mutationFn: ({ ids, decision }: { ids: string[]; decision: Decision }) => answer(api.POST('/api/v1/approvals', { params: { header: once() }, body: { figures: ids, decision, remark: decision === 'return' ? remark.trim() : undefined } })),
		onSuccess: async (result, { decision }) => {
			setChosen(new Set());
			setReturning(false);
			setRemark('');
			await notify({ tone: 'good', text: t(decision === 'approve' ? 'approve.approved' : 'approve.returned', { count: result.decided }) });
			await Promise.all(['approvals', 'figures', 'grid', 'overview'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
		},
	});
	const run = (decision: Decision, ids = alive.map((figure) => figure.id)) => ids.length > 0 && decide.mutate({ ids, decision });
	const toggle = (ids: string[], on: boolean) => setChosen((was) => {
		const next = new Set(was);
		for (const id of ids) if (on) next.add(id);
		else next.delete(id);
		return next;
	});
	const list = useRef<HTMLDivElement>(null);
	const press = (event: KeyboardEvent) => {
		if (event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLTextAreaElement) return;
		const boxes = [...(list.current?.querySelectorAll<HTMLInputElement>('input[data-figure]') ?? [])];
		const at = boxes.indexOf(event.target as HTMLInputElement);
		const here = boxes[at]?.dataset.figure;
		if (event.key === 'ArrowDown' || event.key === 'j') boxes[at + 1]?.focus();
		else if (event.key === 'ArrowUp' || event.key === 'k') boxes[Math.max(0, at - 1)]?.focus();
		else if (event.key === 'a') run('approve', alive.length > 0 ? undefined : here ? [here] : []);
		else if (event.key === 'r') {
			if (alive.length === 0 && here) toggle([here], true);
			setReturning(true);
		} else if (event.key === 'Escape' && returning) setReturning(false);
		else return;
		event.preventDefault();
	};
	return (
		<Page
			title={pages.data ? (figures.length > 0 ? t(pages.hasNextPage ? 'approve.titleMore' : 'approve.title', { count: figures.length }) : t('approve.titleNone')) : t('approve.titleWait')}
			lead={figures.length > 0 ? <span className={css.keys}>{t('approve.lead')} <Kbd>↓</Kbd> <Kbd>↑</Kbd> {t('approve.keyMove')} · <Kbd>Space</Kbd> {t('approve.keySelect')} · <Kbd>a</Kbd> {t('approve.keyApprove')} · <Kbd>r</Kbd> {t('approve.keyReturn')}</span> : undefined}
			actions={<UnitPicker ariaLabel={t('entry.unit')} placeholder={t('deliveries.anyUnit')} value={unit || null} onChange={(code) => void url.set({ unit: code ?? undefined })} />}
		>
			{pages.data === undefined ? (pages.isError ? <ErrorState error={pages.error} retry={() => void pages.refetch()} /> : <Loading rows={10} />) : (
				<div ref={list} onKeyDown={press} className={css.list}>
					{pages.isError && <Stale at={pages.dataUpdatedAt} />}
					{figures.length === 0 && <EmptyState title={t('approve.empty')} text={t('approve.emptyText')}><Link to={'/deliveries' as never}>{t('entry.toDeliveries')}</Link></EmptyState>}
					{groups.map(([code, of]) => {
						const row = units.data?.find((one) => one.code === code);
						return <UnitGroup key={code} title={row ? name(row) : code} figures={of} chosen={chosen} toggle={toggle} />;
					})}
					{pages.hasNextPage && <Button variant="default" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>{t('deliveries.more')}</Button>}
				</div>
			)}
			{(alive.length > 0 || decide.error !== null) && (
				<div className={css.bar} role="region" aria-label={t('approve.decision')}>
					<ErrorSummary error={decide.error} />
					{returning && (
						<form onSubmit={(event) => {
							event.preventDefault();
							run('return');
						}}>
							<Textarea label={t('approve.remark')} description={t('approve.remarkHint')} autosize minRows={2} required autoFocus maxLength={1000} value={remark} onChange={(event) => setRemark(event.currentTarget.value)} />
							<div className={css.actions}>
								<Button type="submit" leftSection={<IconCornerUpLeft size="1.125rem" aria-hidden />} loading={decide.isPending} disabled={remark.trim() === ''}>{t('approve.returnNow', { count: alive.length })}</Button>
								<Button variant="subtle" onClick={() => setReturning(false)}>{t('approve.cancel')}</Button>
							</div>
						</form>
					)}
					{!returning && alive.length > 0 && (
						<div className={css.actions}>
							<strong aria-live="polite">{t('approve.selected', { count: alive.length })}</strong>
							<Button leftSection={<IconCheck size="1.125rem" aria-hidden />} loading={decide.isPending} onClick={() => run('approve')}>{t('approve.approve')}</Button>
							<Button variant="default" leftSection={<IconCornerUpLeft size="1.125rem" aria-hidden />} onClick={() => setReturning(true)}>{t('approve.return')}</Button>
							<Button variant="subtle" onClick={() => setChosen(new Set())}>{t('approve.none')}</Button>
						</div>
					)}
				</div>
			)}
		</Page>
	);
}

function byUnit(figures: WaitingFigure[]): [string, WaitingFigure[]][] {
	const groups = new Map<string, WaitingFigure[]>();
	for (const figure of figures) groups.set(figure.unit ?? '–', [...(groups.get(figure.unit ?? '–') ?? []), figure]);
	return [...groups];
}

function UnitGroup({ title, figures, chosen, toggle }: { title: string; figures: WaitingFigure[]; chosen: ReadonlySet<string>; toggle: (ids: string[], on: boolean) => void }) {
	const { t } = useTexts('collect');
	const [open, setOpen] = useState(figures.length <= 200);
	const indicators = useAll('indicators');
	const ids = figures.map((figure) => figure.id);
	const on = ids.filter((id) => chosen.has(id)).length;
	const named = new Map((indicators.data ?? []).map((row) => [String(row.code), row]));
	return (
		<Panel flush title={<Checkbox checked={on === ids.length} indeterminate={on > 0 && on < ids.length} onChange={(event) => toggle(ids, event.currentTarget.checked)} label={t('approve.group', { unit: title, count: figures.length })} />} actions={<Button size="compact-sm" variant="subtle" aria-expanded={open} onClick={() => setOpen(!open)}>{t(open ? 'approve.hide' : 'approve.show')}</Button>}>
			{open && (
				<ul className={css.figures}>
					{figures.map((figure) => <Row key={figure.id} figure={figure} indicator={named.get(figure.indicator ?? '')} on={chosen.has(figure.id)} toggle={toggle} />)}
				</ul>
			)}
		</Panel>
	);
}

function Row({ figure, indicator, on, toggle }: { figure: WaitingFigure; indicator: RecordRow | undefined; on: boolean; toggle: (ids: string[], on: boolean) => void }) {
	const { t, language } = useTexts('collect');
	const { name } = useNames();
	const { history = [] } = figure;
	const before = history.at(-1);
	const change = before?.value && figure.value ? percentChange(before.value, figure.value) : null;
	const value = figure.value === null ? null : Number(figure.value);
	const [low = -Infinity, high = Infinity] = figure.range ?? [];
	const jump = value !== null && (value < low || value > high);
	const title = indicator ? name(indicator) : figure.indicator ?? '–';
	const breakdown = (language === 'en' ? figure.breakdown_en : figure.breakdown_vi) ?? figure.breakdown;
	return (
		<li className={css.row} data-on={on || undefined}>
			<Checkbox data-figure={figure.id} checked={on} onChange={(event) => toggle([figure.id], event.currentTarget.checked)} aria-label={t('approve.pick', { name: title, period: formatPeriod(figure.period, language) })} />
			<div className={css.what}>
				<Link to={`/figures/${figure.id}` as never}>{title}</Link>
				<span className="dim">{[breakdown, formatPeriod(figure.period, language)].filter(Boolean).join(' · ')}</span>
			</div>
			<div className={css.value}><Figure value={figure.value} measure={indicator ? String(language === 'en' ? indicator.measure_en : indicator.measure_vi) : undefined} flags={figure.flags} /></div>
			<div className={css.before}>
				{before ? <span>{t('grid.before', { period: formatPeriod(before.period, language, true), value: formatDecimal(before.value, language) })}{change !== null && change !== '0.0' && <> ({change.startsWith('-') ? '▼' : '▲'} {formatDecimal(change.replace('-', ''), language)} %)</>}</span> : <span className="dim">{t('grid.first')}</span>}
				{history.length > 1 && <Spark values={[...history.map((one) => one.value), figure.value]} label={t('grid.history', { count: history.length })} width={80} />}
				{jump && <StatusPill tone="wait">{t('approve.jump')}</StatusPill>}
			</div>
			<div className={css.said}>
				{figure.remark && <q>{figure.remark}</q>}
				{figure.reason && figure.reason !== figure.remark && <span>{t('approve.reason', { reason: figure.reason })}</span>}
				<span className="dim"><Age at={figure.received} /></span>
			</div>
		</li>
	);
}
