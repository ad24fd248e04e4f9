/* The grid on a desk.  Every visible cell is a real field, so that any way of typing Vietnamese works in it; one of them has
 * the focus, keys move it, and the rows are drawn only where they are seen. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ClipboardEvent, type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useNames } from '../app/i18n';
import { formatDate, formatPeriod, formatTime } from '../base/format';
import { notify } from '../base/notify';
import { Spark } from '../base/small';
import { CellMessages } from './CellMessages';
import type { RowsProps } from './Entry';
import css from './Entry.module.css';
import { type Column, columns, copyBlock, fillDown, keyOf, land, move, type Place, understand, valueOf } from './grid';
import type { GridCell } from './useGrid';
import { useWords } from './words';

const page = 12;

function between(n: number, a: number, b: number): boolean {
	return n >= Math.min(a, b) && n <= Math.max(a, b);
}

export function GridTable({ groups, titleOf, cellOf, grid, readOnly, focus, submit }: RowsProps) {
	const { t } = useWords();
	const { items, order } = groups;
	const frame = useRef<HTMLDivElement>(null);
	const [at, setAt] = useState<Place>(() => ({ row: Math.max(0, order.findIndex((row) => row.indicator === focus)), column: 0 }));
	const [anchor, setAnchor] = useState<Place>(at);
	const [editing, setEditing] = useState(false);
	const before = useRef('');
	const [wanted, setWanted] = useState(focus !== '');
	const place = useMemo(() => new Map(items.flatMap((item, i) => (item.kind === 'row' ? [[item.at, i] as const] : []))), [items]);
	const rows = useVirtualizer({ count: items.length, getScrollElement: () => frame.current, estimateSize: (i) => (items[i]?.kind === 'group' ? 36 : 48), overscan: 8 });

	const go = (to: Place, extend = false) => {
		setEditing(false);
		setAt(to);
		if (!extend) setAnchor(to);
		setWanted(true);
		rows.scrollToIndex(place.get(to.row) ?? 0, { align: 'auto' });
	};
	useEffect(() => {
		if (wanted) rows.scrollToIndex(place.get(at.row) ?? 0, { align: 'auto' });
		// Only for the cell that the address asks for; moving scrolls by itself.
	}, []);
	useEffect(() => {
		if (!wanted) return;
		const field = frame.current?.querySelector<HTMLInputElement>(`[data-cell="${at.row}/${at.column}"]`);
		if (!field) return;
		field.focus({ preventScroll: true });
		if (!editing) field.select();
		setWanted(false);
	});

	const paste = (event: ClipboardEvent) => {
		const text = event.clipboardData.getData('text/plain');
		if (readOnly || (editing && !/[\t\n]/.test(text))) return;
		event.preventDefault();
		const landing = land(text, order, at, anchor);
		grid.act({ do: 'set', patches: landing.patches, pasted: true });
		if (landing.patches.length > 1 || landing.left > 0)
			void notify({ tone: landing.left > 0 ? 'plain' : 'good', text: t(landing.byName ? 'grid.pastedByName' : 'grid.pasted', { count: landing.landed }) + (landing.left > 0 ? ` ${t('grid.pastedLeft', { count: landing.left })}` : '') });
	};
	const copy = (event: ClipboardEvent, cut = false) => {
		if (editing) return;
		event.preventDefault();
		event.clipboardData.setData('text/plain', copyBlock(order, grid.edits, at, anchor));
		if (cut) empty();
	};
	const chosen = () => order.slice(Math.min(at.row, anchor.row), Math.max(at.row, anchor.row) + 1);
	const empty = () => {
		const named = columns.slice(Math.min(at.column, anchor.column), Math.max(at.column, anchor.column) + 1);
		if (!readOnly) grid.act({ do: 'set', patches: chosen().map((row) => ({ key: keyOf(row), ...Object.fromEntries(named.map((column) => [column, ''])) })) });
	};
	const command = (event: KeyboardEvent): boolean => {
		const key = event.key.toLowerCase();
		if (event.ctrlKey || event.metaKey) {
			if (key === 'z') grid.act({ do: event.shiftKey ? 'redo' : 'undo' });
			else if (key === 'y') grid.act({ do: 'redo' });
			else if (key === 'd' && !readOnly) grid.act({ do: 'set', patches: fillDown(order, grid.edits, at, anchor) });
			else if (key === 'enter') submit();
			else if (key === 'a' && !editing) {
				setAnchor({ row: 0, column: at.column });
				setAt({ row: order.length - 1, column: at.column });
				setWanted(true);
			} else return false;
			return true;
		}
		if (key === 'f2') {
			setEditing(true);
			const field = event.target as HTMLInputElement;
			field.setSelectionRange(field.value.length, field.value.length);
		} else if (key === 'escape' && editing) {
			const row = order[at.row];
			const column = columns[at.column];
			if (row && column) grid.act({ do: 'set', patches: [{ key: keyOf(row), [column]: before.current }] });
			setEditing(false);
			setWanted(true);
		} else if ((key === 'delete' || key === 'backspace') && !editing) empty();
		else return false;
		return true;
	};
	const press = (event: KeyboardEvent<HTMLInputElement>) => {
		if (event.nativeEvent.isComposing) return;
		if (command(event)) {
			event.preventDefault();
			return;
		}
		// While a text is edited, the arrows sideways, Home and End are the text's.
		if (editing && ['ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(event.key)) return;
		const moving = event.key.startsWith('Arrow') || event.key.startsWith('Page') || event.key === 'Home' || event.key === 'End';
		const to = move(at, event.key, { shift: event.shiftKey, ctrl: event.ctrlKey || event.metaKey }, order.length, page);
		if (!to) return;
		event.preventDefault();
		go(to, moving && event.shiftKey);
	};
	return (
		<div className={css.frame} ref={frame} role="grid" aria-label={t('grid.label')} aria-rowcount={order.length + 1} aria-colcount={6} aria-readonly={readOnly || undefined} aria-multiselectable>
			<div className={css.head} role="row" aria-rowindex={1}>
				{(['indicator', 'previous', 'range', 'value', 'remark', 'state'] as const).map((column) => <div key={column} role="columnheader" data-column={column}>{t(`grid.${column}`)}</div>)}
			</div>
			<div className={css.rows} style={{ height: rows.getTotalSize() }} role="presentation">
				{rows.getVirtualItems().map((virtual) => {
					const item = items[virtual.index];
					if (!item) return null;
					const style = { transform: `translateY(${virtual.start}px)` };
					if (item.kind === 'group')
						return (
							<div key={virtual.key} ref={rows.measureElement} data-index={virtual.index} className={css.group} style={style} role="row">
								<div role="gridcell" aria-colspan={6}>{titleOf(item.id)} <span className="dim">{t('grid.count', { count: item.rows })}</span></div>
							</div>
						);
					const cell = cellOf(item.row);
					return (
						<div key={virtual.key} ref={rows.measureElement} data-index={virtual.index} style={style} className={css.row} role="row" aria-rowindex={item.at + 2} data-state={cell.state} data-part={item.row.breakdown ? true : undefined}>
							<RowHead cell={cell} />
							{columns.map((column, c) => (
								<div key={column} role="gridcell" className={css.cell} data-column={column} aria-selected={between(item.at, at.row, anchor.row) && between(c, at.column, anchor.column)}>
									<Field
										cell={cell} column={column} id={`${item.at}/${c}`} readOnly={readOnly}
										active={item.at === at.row && c === at.column}
										editing={editing && item.at === at.row && c === at.column}
										onFocus={(event) => {
											if (item.at === at.row && c === at.column) return;
											setEditing(false);
											setAt({ row: item.at, column: c });
											setAnchor({ row: item.at, column: c });
											event.currentTarget.select();
										}}
										onType={(text) => {
											if (!editing) before.current = column === 'value' ? cell.typed?.value ?? cell.row.current?.value ?? '' : cell.typed?.remark ?? '';
											setEditing(true);
											grid.act({ do: 'set', patches: [{ key: cell.key, [column]: text }] });
										}}
										onEdit={() => setEditing(true)}
										onKeyDown={press} onPaste={paste} onCopy={copy} onCut={(event) => copy(event, true)}
									/>
								</div>
							))}
							<div role="gridcell" className={css.cell} data-column="state">
								<CellMessages cell={cell} readOnly={readOnly} sure={() => grid.act({ do: 'set', patches: [{ key: cell.key, sure: true }] })} />
							</div>
						</div>
					);
				})}
			</div>
		</div>
	);
}

function RowHead({ cell }: { cell: GridCell }) {
	const { t, language, number, range } = useWords();
	const { name } = useNames();
	const { row } = cell;
	const previous = row.history.at(-1);
	const breakdown = language === 'en' ? row.breakdown_en || row.breakdown_vi : row.breakdown_vi || row.breakdown_en;
	return (
		<>
			<div role="rowheader" className={css.cell} data-column="indicator">
				<span className={css.name}>{row.breakdown ? breakdown || row.breakdown : name(row) || row.indicator}</span>
				<small className="dim">{[formatPeriod(row.period, language), language === 'en' ? row.measure_en || row.measure_vi : row.measure_vi, t('grid.until', { date: formatDate(row.deadline), time: formatTime(row.deadline) })].filter(Boolean).join(' · ')}</small>
			</div>
			<div role="gridcell" className={css.cell} data-column="previous">
				<span className={css.previous}>
					<span>{previous ? number(previous.value ?? '') : '–'}</span>
					<small className="dim">{previous ? formatPeriod(previous.period, language, true) : t('grid.first')}</small>
				</span>
				{row.history.length > 1 && <Spark values={row.history.map((past) => past.value)} label={t('grid.history', { count: row.history.length })} width={72} />}
			</div>
			<div role="gridcell" className={css.cell} data-column="range"><span>{range(row)}</span></div>
		</>
	);
}

interface FieldProps {
	cell: GridCell;
	column: Column;
	id: string;
	active: boolean;
	editing: boolean;
	readOnly: boolean;
	onType: (text: string) => void;
	onEdit: () => void;
	onFocus: (event: React.FocusEvent<HTMLInputElement>) => void;
	onKeyDown: (event: KeyboardEvent<HTMLInputElement>) => void;
	onPaste: (event: ClipboardEvent) => void;
	onCopy: (event: ClipboardEvent) => void;
	onCut: (event: ClipboardEvent) => void;
}

/** As it was typed while it is edited; as it was understood when it is not. */
export function shownValue(cell: GridCell, editing: boolean, number: (value: string) => string): string {
	const { typed, row } = cell;
	if (!typed) return row.current?.value ? number(row.current.value) : '';
	if (editing) return typed.value;
	const read = understand(typed);
	return read.kind === 'number' ? number(read.value) : typed.value;
}

function Field({ cell, column, id, active, editing, readOnly, onType, onEdit, ...on }: FieldProps) {
	const { t, language, number } = useWords();
	const { name } = useNames();
	const { row, typed } = cell;
	const value = column === 'value' ? shownValue(cell, editing, number) : typed?.remark ?? row.current?.remark ?? '';
	const explain = column === 'remark' && (cell.state === 'doubtful' || cell.state === 'returned');
	return (
		<input
			{...on}
			data-cell={id}
			className={css.field}
			data-column={column}
			data-explain={explain || undefined}
			value={value}
			readOnly={readOnly}
			tabIndex={active ? 0 : -1}
			inputMode={column === 'value' ? 'decimal' : 'text'}
			autoComplete="off"
			spellCheck={false}
			aria-label={t(column === 'value' ? 'grid.valueOf' : 'grid.remarkOf', { name: `${name(row)}${row.breakdown ? ` – ${row.breakdown_vi ?? row.breakdown}` : ''}, ${formatPeriod(row.period, language)}` })}
			aria-invalid={(column === 'value' && cell.state === 'refused') || undefined}
			aria-describedby={`say-${cell.key}`}
			placeholder={column === 'remark' && explain ? t(valueOf(row, typed) !== row.current?.value && row.current ? 'grid.reasonHere' : 'grid.remarkHere') : undefined}
			onChange={(event) => onType(event.currentTarget.value)}
			onDoubleClick={onEdit}
		/>
	);
}
