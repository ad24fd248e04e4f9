import { UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconChevronRight } from '@tabler/icons-react';
import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import { answer, api } from '../app/api';
import type { UnitThen } from '../app/contract';
import { useNames, useTexts } from '../app/i18n';
import { formatDate } from '../base/format';
import { EmptyState, Loaded } from '../base/States';
import css from './registry.module.css';

export interface Node { row: UnitThen; children: Node[] }

/** Rows with `parent` codes → trees; a unit whose parent is not among them stands on its own. */
export function treeOf(rows: UnitThen[]): Node[] {
	const nodes = new Map(rows.map((row) => [row.code, { row, children: [] as Node[] }]));
	const roots: Node[] = [];
	for (const node of nodes.values()) {
		const parent = node.row.parent === null ? undefined : nodes.get(node.row.parent);
		if (parent && parent !== node) parent.children.push(node);
		else roots.push(node);
	}
	return roots;
}

/** The units as they stood on a day, under the names and parents of that day. */
export function UnitTree({ asOf }: { asOf: string }) {
	const { t } = useTexts('registry');
	const units = useQuery({
		queryKey: ['units', 'tree', asOf],
		queryFn: async () => (await answer(api.GET('/api/v1/units/tree', { params: { query: { as_of: asOf || undefined } } }))).items,
	});
	return (
		<Loaded query={units} isEmpty={(rows) => rows.length === 0} empty={<EmptyState title={t('units.none')} text={asOf ? t('units.noneThen', { date: formatDate(asOf) }) : t('list.emptyText')} />}>
			{(rows) => (
				<>
					{asOf && <p className={css.then} role="status">{t('units.then', { date: formatDate(asOf) })}</p>}
					<Tree rows={rows} />
				</>
			)}
		</Loaded>
	);
}

interface Line { node: Node; level: number; of: number; at: number; up: string | null }

function lines(nodes: Node[], open: Set<string>, level = 1, up: string | null = null): Line[] {
	return nodes.flatMap((node, i) => {
		const code = node.row.code;
		const line = { node, level, of: nodes.length, at: i + 1, up };
		return open.has(code) ? [line, ...lines(node.children, open, level + 1, code)] : [line];
	});
}

function Tree({ rows }: { rows: UnitThen[] }) {
	const { t } = useTexts('registry');
	const { name } = useNames();
	const roots = useMemo(() => treeOf(rows), [rows]);
	const [open, setOpen] = useState(() => new Set(roots.slice(0, 3).map((node) => node.row.code)));
	const [at, setAt] = useState(0);
	const list = useRef<HTMLUListElement>(null);
	const shown = lines(roots, open);
	const turn = (code: string, to: boolean) => setOpen((old) => {
		const next = new Set(old);
		if (to) next.add(code);
		else next.delete(code);
		return next;
	});
	const go = (index: number) => {
		const to = Math.max(0, Math.min(shown.length - 1, index));
		setAt(to);
		list.current?.querySelectorAll<HTMLElement>('[role=treeitem]')[to]?.focus();
	};
	const press = (event: KeyboardEvent, line: Line, index: number) => {
		const code = line.node.row.code;
		const isOpen = open.has(code);
		const moves: Record<string, () => void> = {
			ArrowDown: () => go(index + 1),
			ArrowUp: () => go(index - 1),
			Home: () => go(0),
			End: () => go(shown.length - 1),
			ArrowRight: () => (line.node.children.length > 0 && !isOpen ? turn(code, true) : go(index + 1)),
			ArrowLeft: () => (isOpen ? turn(code, false) : go(shown.findIndex((other) => other.node.row.code === line.up))),
			Enter: () => list.current?.querySelectorAll<HTMLElement>('[role=treeitem]')[index]?.querySelector('a')?.click(),
		};
		const move = moves[event.key];
		if (!move) return;
		event.preventDefault();
		move();
	};
	return (
		<ul ref={list} className={css.tree} role="tree" aria-label={t('units.tree')}>
			{shown.map((line, index) => {
				const { row, children } = line.node;
				const code = row.code;
				const isOpen = open.has(code);
				return (
					<li
						key={code} role="treeitem" tabIndex={index === Math.min(at, shown.length - 1) ? 0 : -1} aria-level={line.level} aria-setsize={line.of} aria-posinset={line.at}
						aria-expanded={children.length > 0 ? isOpen : undefined} style={{ paddingLeft: `${line.level * 1.5 - 0.5}rem` }}
						onKeyDown={(event) => press(event, line, index)} onFocus={() => setAt(index)}
					>
						{children.length > 0
							? <UnstyledButton className={css.turn} tabIndex={-1} aria-hidden data-open={isOpen || undefined} onClick={() => turn(code, !isOpen)}><IconChevronRight size="1.125rem" /></UnstyledButton>
							: <span className={css.turn} />}
						<Link to={`/units/${encodeURIComponent(code)}` as never} tabIndex={-1}>{name(row)}</Link>
						<span className="dim">{t(`unitKind.${row.kind}`, { defaultValue: row.kind })}</span>
						{children.length > 0 && <span className="dim">{t('units.below', { count: children.length })}</span>}
					</li>
				);
			})}
		</ul>
	);
}
