/* The one table: sortable heads, a link per row, hundreds or thousands of rows drawn only where they are seen, a stack of
 * cards on a phone, all rows on paper.  Fresh figures do not move the row that somebody stands on. */
import { Link } from '@tanstack/react-router';
import { createColumnHelper, rowSortingFeature, tableFeatures, useTable } from '@tanstack/react-table';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { IconArrowDown, IconArrowsSort, IconArrowUp } from '@tabler/icons-react';
import { type FocusEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useTexts } from '../app/i18n';
import css from './DataTable.module.css';

export interface Column<T> {
	id: string;
	header: ReactNode;
	cell: (row: T) => ReactNode;
	/** Name the server sorts by; left out: not sortable. */
	sort?: string;
	right?: boolean;
	width?: string;
	/** The cell that names the row; it carries the row's link. */
	main?: boolean;
	/** Left out on a phone. */
	wide?: boolean;
}

export interface DataTableProps<T> {
	label: string;
	columns: Column<T>[];
	rows: T[];
	rowId: (row: T) => string;
	/** Where a row leads. */
	to?: (row: T) => string;
	/** "field" or "-field", kept in the address by the screen. */
	sort?: string;
	onSort?: (sort: string) => void;
	/** Rows that need a hand are marked at their edge. */
	marked?: (row: T) => boolean;
	foot?: ReactNode;
}

/** What the rows tell of the focus. */
interface Hold {
	onFocus: (event: FocusEvent) => void;
	onBlur: (event: FocusEvent) => void;
}

const features = tableFeatures({ rowSortingFeature });
const virtualFrom = 80;

export function DataTable<T>(props: DataTableProps<T>) {
	const { label, columns, rows, rowId, to, sort, onSort, marked, foot } = props;
	const definitions = useMemo(() => {
		const helper = createColumnHelper<typeof features, { row: T }>();
		return helper.columns(columns.map((column) => helper.display({ id: column.id, enableSorting: Boolean(column.sort) })));
	}, [columns]);
	const { steady, hold } = useSteady(rows, rowId);
	const data = useMemo(() => steady.map((row) => ({ row })), [steady]);
	const table = useTable({ features, columns: definitions, data, manualSorting: true, getRowId: (item) => rowId(item.row) });
	const byId = useMemo(() => new Map(columns.map((column) => [column.id, column])), [columns]);
	const body = table.getRowModel().rows;
	return (
		<div className={css.frame}>
			<table className={css.table} aria-label={label} aria-rowcount={rows.length + 1}>
				<thead>
					{table.getHeaderGroups().map((group) => (
						<tr key={group.id}>
							{group.headers.map((header) => {
								const column = byId.get(header.column.id);
								return column && <Head key={header.id} column={column} sort={sort} onSort={onSort} />;
							})}
						</tr>
					))}
				</thead>
				<Body count={body.length} columns={columns.length} hold={hold}>
					{(index) => {
						const row = body[index];
						return row && <Row key={row.id} row={row.original.row} columns={columns} to={to} marked={marked?.(row.original.row)} />;
					}}
				</Body>
			</table>
			{foot && <div className={css.foot}>{foot}</div>}
		</div>
	);
}

function Head<T>({ column, sort, onSort }: { column: Column<T>; sort?: string; onSort?: (sort: string) => void }) {
	const { t } = useTexts('base');
	const up = sort === column.sort;
	const down = sort === `-${column.sort}`;
	const Mark = up ? IconArrowUp : down ? IconArrowDown : IconArrowsSort;
	return (
		<th
			scope="col"
			data-right={column.right || undefined}
			data-wide={column.wide || undefined}
			style={column.width ? { width: column.width } : undefined}
			aria-sort={column.sort ? (up ? 'ascending' : down ? 'descending' : 'none') : undefined}
		>
			{column.sort && onSort ? (
				<button type="button" onClick={() => onSort(up ? `-${column.sort}` : (column.sort ?? ''))} title={t('sort')} data-on={up || down || undefined}>
					{column.header}<Mark size="0.875rem" aria-hidden />
				</button>
			) : column.header}
		</th>
	);
}

function Row<T>({ row, columns, to, marked }: { row: T; columns: Column<T>[]; to?: (row: T) => string; marked?: boolean }) {
	const main = columns.find((column) => column.main) ?? columns[0];
	return (
		<tr data-marked={marked || undefined} data-link={to ? true : undefined}>
			{columns.map((column) => {
				const content = column.cell(row);
				const props = {
					'data-right': column.right || undefined, 'data-wide': column.wide || undefined, 'data-main': column === main || undefined,
					'data-label': typeof column.header === 'string' ? column.header : undefined,
				};
				if (column !== main) return <td key={column.id} {...props}>{content}</td>;
				return <th key={column.id} scope="row" {...props}>{to ? <Link className={css.link} to={to(row) as never}>{content}</Link> : content}</th>;
			})}
		</tr>
	);
}

/** Rows in the order they had when the focus came among them, new ones after them; in their own order once it has left. */
function useSteady<T>(rows: T[], rowId: (row: T) => string) {
	const [held, setHeld] = useState<{ ids: string[]; body: Element } | null>(null);
	const steady = useMemo(() => {
		if (!held) return rows;
		const place = new Map(held.ids.map((id, at) => [id, at]));
		const at = (row: T) => place.get(rowId(row)) ?? held.ids.length;
		return [...rows].sort((a, b) => at(a) - at(b));
	}, [rows, held, rowId]);
	useEffect(() => {
		if (held && !held.body.contains(document.activeElement)) setHeld(null); // a row that is gone takes the focus with it and tells nobody
	}, [rows, held]);
	const hold: Hold = {
		onFocus: ({ currentTarget: body }) => setHeld((before) => before ?? { ids: rows.map(rowId), body }),
		onBlur: ({ currentTarget: body, relatedTarget: to }) => {
			if (!body.contains(to)) setHeld(null);
		},
	};
	return { steady, hold };
}

function usePrinting(): boolean {
	const [printing, setPrinting] = useState(false);
	useEffect(() => {
		const before = () => setPrinting(true);
		const after = () => setPrinting(false);
		addEventListener('beforeprint', before);
		addEventListener('afterprint', after);
		return () => {
			removeEventListener('beforeprint', before);
			removeEventListener('afterprint', after);
		};
	}, []);
	return printing;
}

interface BodyProps {
	count: number;
	columns: number;
	hold: Hold;
	children: (index: number) => ReactNode;
}

function Body(props: BodyProps) {
	const printing = usePrinting();
	if (props.count < virtualFrom || printing) return <tbody {...props.hold}>{Array.from({ length: props.count }, (_, i) => props.children(i))}</tbody>;
	return <LongBody {...props} />;
}

function LongBody({ count, columns, hold, children }: BodyProps) {
	const body = useRef<HTMLTableSectionElement>(null);
	const [height, setHeight] = useState(41);
	const [top, setTop] = useState(0);
	useEffect(() => {
		const place = () => {
			const row = body.current?.querySelector<HTMLElement>('tr[data-marked], tr:not([aria-hidden])');
			if (row && row.offsetHeight > 0) setHeight(row.offsetHeight);
			if (body.current) setTop(body.current.getBoundingClientRect().top + window.scrollY);
		};
		place();
		addEventListener('resize', place);
		return () => removeEventListener('resize', place);
	}, []);
	const rows = useWindowVirtualizer({ count, estimateSize: () => height, overscan: 20, scrollMargin: top });
	useEffect(() => rows.measure(), [height, rows]);
	const seen = rows.getVirtualItems();
	const before = Math.max(0, (seen[0]?.start ?? top) - top);
	const after = rows.getTotalSize() - ((seen.at(-1)?.end ?? top) - top);
	return (
		<tbody ref={body} {...hold}>
			{before > 0 && <tr aria-hidden className={css.gap}><td colSpan={columns} style={{ height: before }} /></tr>}
			{seen.map((item) => children(item.index))}
			{after > 0 && <tr aria-hidden className={css.gap}><td colSpan={columns} style={{ height: after }} /></tr>}
		</tbody>
	);
}
