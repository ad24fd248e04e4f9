/* The grid on a phone: one card for each figure, drawn only where it is seen. */
import { Textarea, TextInput } from '@mantine/core';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import { useNames } from '../app/i18n';
import { formatDate, formatPeriod, formatTime } from '../base/format';
import { Spark } from '../base/small';
import { CellMessages } from './CellMessages';
import type { RowsProps } from './Entry';
import css from './Entry.module.css';
import { shownValue } from './GridTable';
import type { GridCell } from './useGrid';
import { useWords } from './words';

export function GridCards({ groups, titleOf, cellOf, grid, readOnly, focus }: RowsProps) {
	const { t } = useWords();
	const { items } = groups;
	const list = useRef<HTMLDivElement>(null);
	const [top, setTop] = useState(0);
	useEffect(() => {
		if (list.current) setTop(list.current.getBoundingClientRect().top + window.scrollY);
	}, [items.length]);
	const cards = useWindowVirtualizer({ count: items.length, estimateSize: (i) => (items[i]?.kind === 'group' ? 44 : 190), overscan: 6, scrollMargin: top });
	useEffect(() => {
		const at = items.findIndex((item) => item.kind === 'row' && item.row.indicator === focus);
		if (at > 0) cards.scrollToIndex(at, { align: 'center' });
		// Once: afterwards the thumb leads.
	}, []);
	return (
		<div ref={list} className={css.cards} style={{ height: cards.getTotalSize() }} role="list" aria-label={t('grid.label')}>
			{cards.getVirtualItems().map((virtual) => {
				const item = items[virtual.index];
				if (!item) return null;
				const style = { transform: `translateY(${virtual.start - top}px)` };
				return (
					<div key={virtual.key} ref={cards.measureElement} data-index={virtual.index} className={css.slot} style={style} role="listitem">
						{item.kind === 'group'
							? <h2 className={css.cardGroup}>{titleOf(item.id)} <span className="dim">{t('grid.count', { count: item.rows })}</span></h2>
							: <Card cell={cellOf(item.row)} grid={grid} readOnly={readOnly} />}
					</div>
				);
			})}
		</div>
	);
}

function Card({ cell, grid, readOnly }: { cell: GridCell; grid: RowsProps['grid']; readOnly: boolean }) {
	const { t, language, number, range } = useWords();
	const { name } = useNames();
	const [editing, setEditing] = useState(false);
	const { row, typed } = cell;
	const previous = row.history.at(-1);
	const measure = language === 'en' ? row.measure_en || row.measure_vi : row.measure_vi;
	const title = row.breakdown ? `${name(row)} – ${(language === 'en' ? row.breakdown_en : row.breakdown_vi) ?? row.breakdown}` : name(row);
	const remark = typed?.remark ?? row.current?.remark ?? '';
	return (
		<article className={css.card} data-state={cell.state}>
			<h3>{title}</h3>
			<p className="dim">{formatPeriod(row.period, language)} · {t('grid.until', { date: formatDate(row.deadline), time: formatTime(row.deadline) })}</p>
			<div className={css.past}>
				<span>{previous ? t('grid.before', { period: formatPeriod(previous.period, language, true), value: number(previous.value ?? '') }) : t('grid.first')}</span>
				{row.history.length > 1 && <Spark values={row.history.map((past) => past.value)} label={t('grid.history', { count: row.history.length })} width={64} />}
				<span className="dim">{t('grid.usual', { range: range(row) })}</span>
			</div>
			<TextInput
				label={measure || t('grid.value')} inputMode="decimal" size="md" autoComplete="off" readOnly={readOnly}
				aria-label={t('grid.valueOf', { name: `${title}, ${formatPeriod(row.period, language)}` })} aria-describedby={`say-${cell.key}`} aria-invalid={cell.state === 'refused' || undefined}
				value={shownValue(cell, editing, number)}
				onFocus={() => setEditing(true)} onBlur={() => setEditing(false)}
				onChange={(event) => grid.act({ do: 'set', patches: [{ key: cell.key, value: event.currentTarget.value }] })}
			/>
			{(remark !== '' || cell.state === 'doubtful' || cell.state === 'returned') && (
				<Textarea label={t('grid.remark')} autosize minRows={1} readOnly={readOnly} value={remark} aria-label={t('grid.remarkOf', { name: title })} onChange={(event) => grid.act({ do: 'set', patches: [{ key: cell.key, remark: event.currentTarget.value }] })} />
			)}
			<CellMessages cell={cell} readOnly={readOnly} sure={() => grid.act({ do: 'set', patches: [{ key: cell.key, sure: true }] })} />
		</article>
	);
}
