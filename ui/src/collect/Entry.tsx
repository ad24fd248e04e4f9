import { Button, Checkbox, NativeSelect, SegmentedControl, TextInput } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconDownload, IconSearch, IconUpload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useBlocker } from '@tanstack/react-router';
import { useMemo } from 'react';
import { answer, api } from '../app/api';
import { useNames, useTexts } from '../app/i18n';
import { unitsOf, useSession } from '../app/session';
import { useUrl } from '../app/url';
import { ask } from '../base/ask';
import { ErrorSummary } from '../base/ErrorSummary';
import { dayOf, fold, formatDate, formatPeriod } from '../base/format';
import { Page } from '../base/Page';
import { EmptyState, Loaded } from '../base/States';
import { UnitPicker } from '../base/UnitPicker';
import css from './Entry.module.css';
import { EntryBar } from './EntryBar';
import { count, grouped } from './grid';
import { GridCards } from './GridCards';
import { GridTable } from './GridTable';
import { ReceiptCard } from './Receipt';
import { type GridCell, useGrid } from './useGrid';

/** "Fast and right": every figure that a unit owes, in one grid. */
export default function Entry() {
	const { t } = useTexts('collect');
	const session = useSession();
	const url = useUrl();
	const mine = unitsOf(session);
	const unit = url.one('unit') || mine[0]?.code || '';
	if (unit === '')
		return (
			<Page title={t('entry.title')} narrow>
				<EmptyState title={t('entry.noUnit')} text={t('entry.noUnitText')}>
					<UnitPicker value={null} onChange={(code) => void url.set({ unit: code ?? undefined })} ariaLabel={t('entry.unit')} />
				</EmptyState>
			</Page>
		);
	return <UnitGrid key={unit} unit={unit} />;
}

function useDomains() {
	return useQuery({
		queryKey: ['domains', 'all'],
		queryFn: async () => (await answer(api.GET('/api/v1/{kind}', { params: { path: { kind: 'domains' }, query: { limit: 500 } } }))).items,
		staleTime: 5 * 60_000,
	});
}

const work = new Set(['empty', 'returned', 'refused', 'doubtful', 'draft', 'checking', 'ok']);

function UnitGrid({ unit }: { unit: string }) {
	const { t, language } = useTexts('collect');
	const { name } = useNames();
	const session = useSession();
	const url = useUrl();
	const phone = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
	const period = url.one('period');
	const by = url.one('by') === 'deadline' ? 'deadline' : 'domain';
	const only = url.one('only') === 'work';
	const wanted = fold(url.one('q').trim());
	const grid = useGrid(unit, period);
	const domains = useDomains();
	const mine = unitsOf(session);
	const titles = useMemo(() => new Map((domains.data ?? []).map((domain) => [String(domain.code), name(domain)])), [domains.data, name]);
	const cells = useMemo(() => new Map(grid.cells.map((cell) => [cell.row, cell])), [grid.cells]);
	const shown = grid.cells.filter((cell) => (!only || work.has(cell.state)) && (wanted === '' || fold(`${cell.row.name_vi} ${cell.row.name_en} ${cell.row.indicator}`).includes(wanted)));
	const groups = grouped(shown.map((cell) => cell.row), (row) => (by === 'deadline' ? dayOf(row.deadline) : row.domain ?? ''));
	const titleOf = (id: string) => (by === 'deadline' ? t('entry.due', { date: formatDate(id) }) : titles.get(id) || id || t('entry.noDomain'));
	const counts = count(grid.cells.map((cell) => cell.state));
	// What the device or the server holds is safe; only what is still on its way is worth a question.
	useBlocker({ shouldBlockFn: async ({ current, next }) => current.pathname !== next.pathname && grid.saving.state === 'saving' && !(await ask({ title: t('entry.leave'), yes: t('entry.leaveYes') })), enableBeforeUnload: () => grid.saving.state === 'saving' });
	const periods = [...new Set([...grid.cells.map((cell) => cell.row.period), ...(period ? [period] : [])])].sort().reverse();
	const unitName = grid.query.data ? name(grid.query.data) : name(mine.find((of) => of.code === unit) ?? { code: unit });
	return (
		<Page
			title={grid.query.data ? t('entry.titleOf', { unit: unitName, count: counts.all - counts.done }) : unitName}
			lead={t('entry.lead')}
			actions={
				<>
					<Button component="a" variant="default" href={`/api/v1/template.xlsx?unit=${encodeURIComponent(unit)}${period ? `&period=${encodeURIComponent(period)}` : ''}`} leftSection={<IconDownload size="1.125rem" aria-hidden />}>{t('entry.template')}</Button>
					<Button component={Link} variant="default" to={`/upload?unit=${encodeURIComponent(unit)}` as never} leftSection={<IconUpload size="1.125rem" aria-hidden />}>{t('entry.upload')}</Button>
				</>
			}
		>
			<div className={css.tools}>
				{mine.length === 1 ? null : mine.length > 1
					? <NativeSelect aria-label={t('entry.unit')} value={unit} onChange={(event) => void url.set({ unit: event.currentTarget.value })} data={mine.map((of) => ({ value: of.code, label: name(of) }))} />
					: <UnitPicker value={unit} onChange={(code) => code && void url.set({ unit: code })} ariaLabel={t('entry.unit')} />}
				<NativeSelect aria-label={t('entry.period')} value={period} onChange={(event) => void url.set({ period: event.currentTarget.value || undefined })}
					data={[{ value: '', label: t('entry.dueNow') }, ...periods.map((of) => ({ value: of, label: formatPeriod(of, language) }))]} />
				<SegmentedControl aria-label={t('entry.by')} value={by} onChange={(value) => void url.set({ by: value === 'domain' ? undefined : value })} data={[{ value: 'domain', label: t('entry.byDomain') }, { value: 'deadline', label: t('entry.byDeadline') }]} />
				<TextInput aria-label={t('entry.find')} placeholder={t('entry.find')} leftSection={<IconSearch size="1rem" aria-hidden />} defaultValue={url.one('q')} onChange={(event) => void url.set({ q: event.currentTarget.value || undefined }, { replace: true })} />
				<Checkbox label={t('entry.onlyWork')} checked={only} onChange={(event) => void url.set({ only: event.currentTarget.checked ? 'work' : undefined })} />
			</div>
			{grid.submit.data && grid.submit.data.receipt && (
				<div role="status">
					<ReceiptCard delivery={grid.submit.data} />
				</div>
			)}
			<ErrorSummary error={grid.submit.error} />
			<Loaded query={grid.query} rows={12} isEmpty={(data) => data.rows.length === 0} empty={<EmptyState title={t('entry.empty')} text={t('entry.emptyText')}><Link to={'/deliveries' as never}>{t('entry.toDeliveries')}</Link></EmptyState>}>
				{(data) => (
					<>
						{!data.may_submit && <p className={css.notice} role="status">{t('entry.readOnly')}</p>}
						{shown.length === 0
							? <EmptyState title={t('entry.noneShown')} text={t('entry.noneShownText')}><Button variant="default" onClick={() => void url.set({ q: undefined, only: undefined })}>{t('entry.showAll')}</Button></EmptyState>
							: <Rows phone={phone === true} groups={groups} titleOf={titleOf} cellOf={(row) => cells.get(row) as GridCell} grid={grid} readOnly={!data.may_submit} focus={url.one('focus')} submit={() => counts.sendable > 0 && grid.submit.mutate()} />}
						{data.may_submit && <EntryBar counts={counts} saving={grid.saving} busy={grid.submit.isPending} checkError={grid.checkError} submit={() => grid.submit.mutate()} />}
					</>
				)}
			</Loaded>
		</Page>
	);
}

export interface RowsProps {
	groups: ReturnType<typeof grouped>;
	titleOf: (id: string) => string;
	cellOf: (row: GridCell['row']) => GridCell;
	grid: ReturnType<typeof useGrid>;
	readOnly: boolean;
	/** Indicator to go to first. */
	focus: string;
	submit: () => void;
}

function Rows({ phone, ...props }: RowsProps & { phone: boolean }) {
	return phone ? <GridCards {...props} /> : <GridTable {...props} />;
}
