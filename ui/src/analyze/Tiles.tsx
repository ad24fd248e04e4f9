/* One tile of a dashboard: a question to the cube, shown in one of five ways. */
import { Menu, UnstyledButton } from '@mantine/core';
import { IconDotsVertical } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useRef } from 'react';
import { useTexts } from '../app/i18n';
import { one, type Search, stringifySearch } from '../app/url';
import { formatDecimal, formatPeriod } from '../base/format';
import { Figure, Spark } from '../base/small';
import { Loaded, Loading } from '../base/States';
import { subtractDecimals } from '../collect/decimal';
import type { ChartHandle } from './Chart';
import type { Pivot, Tile } from './contract';
import { isTotal, lastKnown, readQuestion, usePivot } from './pivot';
import css from './Dashboard.module.css';
import { PivotTable, useMemberName } from './PivotTable';
import { withGaps } from './series';

const Chart = lazy(() => import('./Chart'));

/** The question as this kind of tile asks it, as of the dashboard's time. */
function tileQuestion(tile: Tile, asOf: string): Search {
	const asked = readQuestion(tile.query ?? '');
	const known = asOf ? { as_of: asOf } : {};
	if (tile.kind === 'number' || tile.kind === 'line') return { ...asked, rows: one(asked, 'breakdown') ? 'indicator,breakdown' : 'indicator', columns: 'period', ...known };
	if (tile.kind === 'ranking') return { ...asked, rows: 'unit', columns: 'period', indicator: one(asked, 'indicator'), ...known };
	return { ...asked, ...known };
}

export function TileView({ tile, asOf }: { tile: Tile; asOf: string }) {
	const { t, language } = useTexts('analyze');
	const title = (language === 'en' ? tile.title_en || tile.title_vi : tile.title_vi || tile.title_en) ?? '';
	if (tile.kind === 'text')
		return <div className={css.words}>{title && <h2>{title}</h2>}{(tile.text ?? '').split(/\n{2,}/).map((part, i) => <p key={i}>{part}</p>)}</div>;
	return <Asked tile={tile} title={title || t(`tile.${tile.kind}`)} question={tileQuestion(tile, asOf)} />;
}

function Asked({ tile, title, question }: { tile: Tile; title: string; question: Search }) {
	const { t } = useTexts('analyze');
	const chart = useRef<ChartHandle>(null);
	const table = usePivot(question, tile.kind === 'ranking' ? ['value', 'rank'] : ['value', 'figure']);
	const picture = () => {
		const link = document.createElement('a');
		link.href = chart.current?.picture() ?? '';
		link.download = `${title}.png`;
		link.click();
	};
	const text = stringifySearch(question);
	return (
		<>
			<header className={css.tileHead}>
				<h2>{title}</h2>
				<Menu position="bottom-end" withinPortal>
					<Menu.Target><UnstyledButton className={css.dots} aria-label={t('tile.more', { title })}><IconDotsVertical size="1.125rem" aria-hidden /></UnstyledButton></Menu.Target>
					<Menu.Dropdown>
						<Menu.Item component={Link} to={`/pivot${text}` as never}>{t('tile.explore')}</Menu.Item>
						<Menu.Item component="a" href={`/api/v1/pivot.xlsx${text}`}>Excel</Menu.Item>
						<Menu.Item component="a" href={`/api/v1/pivot.csv${text}`}>CSV</Menu.Item>
						{tile.kind === 'line' && <Menu.Item onClick={picture}>{t('page.png')}</Menu.Item>}
					</Menu.Dropdown>
				</Menu>
			</header>
			<div className={css.tileBody} role="group" aria-label={title} tabIndex={0}>
				<Loaded query={table} rows={Math.min(6, tile.h)}>
					{(data) => {
						if (tile.kind === 'number') return <Numbers table={data} />;
						if (tile.kind === 'ranking') return <Ranks table={data} title={title} />;
						if (tile.kind === 'line') return <Lines table={data} title={title} chart={chart} />;
						return <PivotTable table={data} measure="value" label={title} />;
					}}
				</Loaded>
			</div>
		</>
	);
}

function measureOf(table: Pivot, row: number, english: boolean): string {
	const code = table.rows[row]?.indicator;
	const indicator = table.indicators.find((each) => each.code === code) ?? table.indicators[0];
	return (english ? indicator?.measure_en : indicator?.measure_vi) ?? '';
}

/** The newest number of each row, what it was before, and its history. */
function Numbers({ table }: { table: Pivot }) {
	const { t, language } = useTexts('analyze');
	const nameOf = useMemberName(table);
	return (
		<div className={css.numbers}>
			{table.rows.map((member, row) => {
				const at = lastKnown(table, row);
				const cells = (table.cells.value?.[row] ?? []) as (string | null)[];
				const value = at < 0 ? null : (cells[at] ?? null);
				const before = at > 0 ? (cells[at - 1] ?? null) : null;
				const change = value !== null && before !== null ? subtractDecimals(value, before) : null;
				const period = table.columns[at]?.period;
				return (
					<div key={row} className={css.number}>
						{table.rows.length > 1 && <p>{nameOf(member)}</p>}
						{value === null ? <span className="dim">{t('tile.none')}</span> : <Figure value={value} measure={measureOf(table, row, language === 'en')} large />}
						<p className="dim">
							{period && formatPeriod(period, language)}
							{change !== null && ` · ${change.startsWith('-') ? '▼' : '▲'} ${formatDecimal(change.replace('-', ''), language)}`}
						</p>
						<Spark values={cells.filter((_, i) => !isTotal(table.columns[i] ?? {}))} label={t('pivot.trendOf', { name: nameOf(member) })} width={160} height={36} />
					</div>
				);
			})}
		</div>
	);
}

function Lines({ table, title, chart }: { table: Pivot; title: string; chart: React.Ref<ChartHandle> }) {
	const { t, language } = useTexts('analyze');
	const nameOf = useMemberName(table);
	const partial = new Set(table.notes.filter((note) => note.why === 'part').map((note) => `${note.row}/${note.column}`));
	const series = table.rows.slice(0, 6).map((member, row) => ({
		id: String(row), name: nameOf(member),
		points: withGaps(table.columns.flatMap((over, column) => {
			const value = (table.cells.value?.[row]?.[column] ?? null) as string | null;
			return typeof over.period === 'string' && value !== null ? [{ period: over.period, value, provisional: partial.has(`${row}/${column}`) }] : [];
		})),
	}));
	if (series.every((each) => each.points.length === 0)) return <p className="dim">{t('tile.none')}</p>;
	return (
		<div className={css.chart}>
			<Suspense fallback={<Loading rows={4} />}>
				<Chart ref={chart} series={series} kind="line" target={null} measure={measureOf(table, 0, language === 'en')} language={language} words={{ target: t('page.target'), provisional: t('page.provisional') }} label={t('page.chartLabel', { name: title, from: formatPeriod(table.from, language), to: formatPeriod(table.to, language) })} />
			</Suspense>
		</div>
	);
}

const shown = 20;

/** The units of the newest period that has any, in the order of their places. */
function Ranks({ table, title }: { table: Pivot; title: string }) {
	const { t, language } = useTexts('analyze');
	const nameOf = useMemberName(table);
	const total = table.rows.findIndex((member) => member.unit === null);
	const known = table.columns.map((member, column) => (isTotal(member) ? 0 : table.rows.filter((_, row) => row !== total && table.cells.value?.[row]?.[column] !== null).length));
	const column = known.findLastIndex((n) => n > 0);
	const rows = table.rows.map((_, row) => row).filter((row) => row !== total && table.cells.value?.[row]?.[column] != null)
		.sort((a, b) => Number(table.cells.rank?.[a]?.[column]) - Number(table.cells.rank?.[b]?.[column]));
	if (column < 0) return <p className="dim">{t('tile.none')}</p>;
	const most = Math.max(1e-12, ...rows.map((row) => Math.abs(Number(table.cells.value?.[row]?.[column]))));
	return (
		<>
			<p className="dim">{formatPeriod(table.columns[column]?.period ?? '', language)} · {measureOf(table, 0, language === 'en')}</p>
			<ol className={css.ranks} aria-label={title}>
				{rows.slice(0, shown).map((row) => {
					const value = String(table.cells.value?.[row]?.[column]);
					return (
						<li key={row} value={Number(table.cells.rank?.[row]?.[column])}>
							<span>{nameOf(table.rows[row] ?? {})}</span>
							<b>{formatDecimal(value, language)}</b>
							<i aria-hidden style={{ inlineSize: `${(Math.abs(Number(value)) / most) * 100}%` }} />
						</li>
					);
				})}
			</ol>
			{rows.length > shown && <p className="dim">{t('tile.rest', { count: rows.length - shown })}</p>}
		</>
	);
}
