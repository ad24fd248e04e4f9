import { Button, Checkbox, TextInput } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconDownload, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { answer, api } from '../app/api';
import { useNames, useTexts } from '../app/i18n';
import { may, useSession } from '../app/session';
import { useUrl } from '../app/url';
import { type Column, DataTable } from '../base/DataTable';
import { useAll } from '../base/Field';
import { fold } from '../base/format';
import { Page, Panel } from '../base/Page';
import { StatusPill } from '../base/small';
import { EmptyState, Loaded } from '../base/States';
import type { Indicator } from './contract';
import css from './Indicators.module.css';
import { type Facet, found, valuesOf, type Wanted } from './series';

/** All of them, page by page: the catalogue is small enough to search where it is read. */
export function useIndicators() {
	return useQuery({
		queryKey: ['indicators', 'catalogue'],
		queryFn: async () => {
			const all: Indicator[] = [];
			let cursor: string | null = '';
			while (cursor !== null) {
				const page: { items: unknown[]; next: string | null } = await answer(api.GET('/api/v1/{kind}', { params: { path: { kind: 'indicators' }, query: { limit: 500, cursor: cursor || undefined } } }));
				all.push(...(page.items as Indicator[]));
				cursor = page.next;
			}
			return all;
		},
		staleTime: 5 * 60_000,
	});
}

const facets: Facet[] = ['domain', 'period', 'scope', 'tag'];

/** "Which figures are there?" */
export default function Indicators() {
	const { t } = useTexts('analyze');
	const { name } = useNames();
	const url = useUrl();
	const phone = useMediaQuery('(max-width: 62em)', false, { getInitialValueInEffect: false }) === true;
	const session = useSession();
	const indicators = useIndicators();
	const domains = useAll('domains');
	const overview = useQuery({ queryKey: ['overview'], queryFn: () => answer(api.GET('/api/v1/overview')), enabled: may(session, 'read', 'delivery') });
	const empty = useMemo(() => new Set((overview.data?.never_filled ?? []).map((one) => one.indicator)), [overview.data]);
	const folded = useMemo(() => new Map((indicators.data ?? []).map((one) => [one.code, fold(`${one.code} ${one.name_vi} ${one.name_en} ${one.source_code ?? ''} ${(one.tags ?? []).join(' ')}`)])), [indicators.data]);
	const wanted: Wanted = { q: fold(url.one('q').trim()), domain: url.many('domain'), period: url.many('period'), scope: url.many('scope'), tag: url.many('tag'), filled: url.one('filled') };
	const domainName = (code: string) => {
		const row = domains.data?.find((one) => one.code === code);
		return row ? name(row) : code;
	};
	const labelOf = (facet: Facet, value: string) => (facet === 'domain' ? domainName(value) : facet === 'tag' ? value : t(`${facet}.${value}`));
	const columns: Column<Indicator>[] = [
		{ id: 'name', header: t('list.name'), main: true, cell: (row) => name(row) },
		{ id: 'code', header: t('list.code'), cell: (row) => <span className="mono">{row.code}</span> },
		{ id: 'domain', header: t('list.domain'), cell: (row) => (row.domain ? domainName(row.domain) : '–'), wide: true },
		{ id: 'period', header: t('list.period'), cell: (row) => t(`period.${row.period}`) },
		{ id: 'scope', header: t('list.scope'), cell: (row) => t(`scope.${row.scope}`), wide: true },
		...(overview.data ? [{ id: 'filled', header: t('list.filled'), cell: (row: Indicator) => (empty.has(row.code) ? <StatusPill tone="wait">{t('list.never')}</StatusPill> : <span className="dim">{t('list.has')}</span>) }] : []),
	];
	return (
		<Page title={indicators.data ? t('list.title', { count: indicators.data.length }) : t('list.titleWait')} lead={t('list.lead')}
			actions={<Button component="a" variant="default" href="/api/v1/indicators.csv" leftSection={<IconDownload size="1.125rem" aria-hidden />}>{t('list.download')}</Button>}>
			<TextInput size="md" aria-label={t('list.search')} placeholder={t('list.search')} leftSection={<IconSearch size="1.125rem" aria-hidden />} defaultValue={url.one('q')} onChange={(event) => void url.set({ q: event.currentTarget.value || undefined }, { replace: true })} />
			<Loaded query={indicators} rows={12} isEmpty={(data) => data.length === 0} empty={<EmptyState title={t('list.empty')} text={t('list.emptyText')} />}>
				{(all) => {
					const shown = found(all, folded, wanted, empty);
					return (
						<div className={css.columns}>
							<aside className={css.facets} aria-label={t('list.facets')}>
								{facets.map((facet) => <FacetBox key={facet} title={t(`list.${facet}`)} values={counts(found(all, folded, wanted, empty, facet), facet, wanted[facet])} chosen={wanted[facet]} label={(value) => labelOf(facet, value)} change={(chosen) => void url.set({ [facet]: chosen })} open={wanted[facet].length > 0 || (!phone && facet !== 'tag')} />)}
								{overview.data && <Checkbox label={t('list.onlyNever', { count: empty.size })} checked={wanted.filled === 'no'} onChange={(event) => void url.set({ filled: event.currentTarget.checked ? 'no' : undefined })} />}
							</aside>
							<div>
								<p className="sr" role="status">{t('list.found', { count: shown.length })}</p>
								{shown.length === 0
									? <EmptyState title={t('list.none')} text={t('list.noneText')}><Button variant="default" onClick={() => void url.set({ q: undefined, domain: undefined, period: undefined, scope: undefined, tag: undefined, filled: undefined })}>{t('list.clear')}</Button></EmptyState>
									: <Panel flush title={t('list.found', { count: shown.length })}><DataTable label={t('list.titleWait')} columns={columns} rows={shown} rowId={(row) => row.code} to={(row) => `/indicators/${encodeURIComponent(row.code)}`} /></Panel>}
							</div>
						</div>
					);
				}}
			</Loaded>
		</Page>
	);
}

function counts(indicators: Indicator[], facet: Facet, chosen: string[]): [string, number][] {
	const by = new Map<string, number>(chosen.map((value) => [value, 0]));
	for (const indicator of indicators) for (const value of valuesOf(indicator, facet)) by.set(value, (by.get(value) ?? 0) + 1);
	return [...by].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
}

function FacetBox({ title, values, chosen, label, change, open }: { title: string; values: [string, number][]; chosen: string[]; label: (value: string) => string; change: (chosen: string[]) => void; open: boolean }) {
	if (values.length === 0) return null;
	return (
		<details open={open}>
			<summary>{title}</summary>
			<ul>
				{values.map(([value, n]) => (
					<li key={value}>
						<Checkbox size="sm" checked={chosen.includes(value)} label={<>{label(value)} <span className="dim">{n}</span></>} onChange={(event) => change(event.currentTarget.checked ? [...chosen, value] : chosen.filter((one) => one !== value))} />
					</li>
				))}
			</ul>
		</details>
	);
}
