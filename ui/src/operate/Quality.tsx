import { Button, NativeSelect, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../app/api';
import type { ScoreBoard, ScoreRow } from '../app/contract';
import { useNames, useTexts } from '../app/i18n';
import { useUrl } from '../app/url';
import { type Column, DataTable } from '../base/DataTable';
import { formatPeriod, nextPeriod } from '../base/format';
import { Page, Panel } from '../base/Page';
import { EmptyState, Loaded } from '../base/States';
import { UnitPicker } from '../base/UnitPicker';
import { CostCells } from './CostCells';
import css from './Quality.module.css';
import { Overall, Score, ScoreTrend } from './Score';

type By = 'unit' | 'domain' | 'indicator';

/** "How good are the data, where are points lost?": worst first, down to the figures and what mends them. */
export default function Quality() {
	const { t, language } = useTexts('operate');
	const url = useUrl();
	const unit = url.one('unit');
	const domain = url.one('domain');
	const period = url.one('period');
	const by = (['unit', 'domain', 'indicator'].includes(url.one('by')) ? url.one('by') : domain ? 'indicator' : unit ? 'domain' : 'unit') as By;
	const query = { unit: unit || undefined, domain: domain || undefined, period: period || undefined, by };
	const board = useQuery({ queryKey: ['scores', query], queryFn: () => answer(api.GET('/api/v1/scores', { params: { query } })) as Promise<ScoreBoard>, refetchInterval: (last) => (last.state.data?.followed === false ? 3000 : false) });
	const latest = board.data?.now.slice(0, 7) ?? '';
	const months = latest ? Array.from({ length: 12 }, (_, i) => nextPeriod(latest, -i)) : [];
	return (
		<Page title={t('quality.title')} lead={t('quality.lead')}>
			<div className={css.filters}>
				<UnitPicker value={unit || null} onChange={(code) => void url.set({ unit: code ?? undefined })} ariaLabel={t('quality.unit')} placeholder={t('quality.anyUnit')} />
				<NativeSelect aria-label={t('quality.when')} value={period} onChange={(event) => void url.set({ period: event.currentTarget.value || undefined })} data={[{ value: '', label: t('quality.months') }, ...[...new Set([...months, ...(period ? [period] : [])])].map((of) => ({ value: of, label: formatPeriod(of, language) }))]} />
				<SegmentedControl aria-label={t('quality.by')} value={by} onChange={(value) => void url.set({ by: value })} data={(['unit', 'domain', 'indicator'] as const).map((value) => ({ value, label: t(`quality.by_${value}`) }))} />
				{(unit || domain) && <Button variant="default" onClick={() => void url.set({ unit: undefined, domain: undefined, by: undefined, dimension: undefined })}>{t('quality.clear')}</Button>}
			</div>
			<Loaded query={board} isEmpty={(data) => data.items.length === 0} empty={<EmptyState title={t('quality.none')} text={t('quality.noneText')} />}>
				{(data) => (
					<>
						{!data.followed && <p className={css.note} role="status">{t('quality.counting')}</p>}
						<Overall board={data} />
						<Rows board={data} by={by} to={(row) => drill(row, by, unit, domain, period)} />
					</>
				)}
			</Loaded>
			{(unit || domain) && board.data && <CostCells unit={unit} domain={domain} period={period} dimensions={board.data.dimensions} />}
		</Page>
	);
}

/** One step deeper: a unit to its domains, a domain to its indicators, an indicator to its own page. */
function drill(row: ScoreRow, by: By, unit: string, domain: string, period: string): string {
	const next = new URLSearchParams();
	if (by === 'indicator') return `/indicators/${encodeURIComponent(row.code)}${unit ? `?unit=${encodeURIComponent(unit)}` : ''}`;
	const at = by === 'unit' ? row.code : unit;
	const of = by === 'domain' ? row.code : domain;
	if (at) next.set('unit', at);
	if (of) next.set('domain', of);
	if (period) next.set('period', period);
	return `/quality?${next}`;
}

function Rows({ board, by, to }: { board: ScoreBoard; by: By; to: (row: ScoreRow) => string }) {
	const { t } = useTexts('operate');
	const { name } = useNames();
	const columns: Column<ScoreRow>[] = [
		{ id: 'name', header: t(`quality.${by}`), main: true, cell: (row) => name(row) },
		{ id: 'score', header: t('quality.overall'), right: true, cell: (row) => <Score value={row.score} strong /> },
		...board.dimensions.map((dimension, i): Column<ScoreRow> => ({ id: dimension.code, header: name(dimension), right: true, cell: (row) => <Score value={row.scores[i] ?? null} /> })),
		...(board.months.length > 1 ? [{ id: 'trend', header: t('quality.trend'), wide: true, cell: (row: ScoreRow) => <ScoreTrend of={row} name={name(row)} /> }] : []),
	];
	return <Panel flush><DataTable label={t('quality.title')} columns={columns} rows={board.items} rowId={(row) => row.code} to={to} /></Panel>;
}
