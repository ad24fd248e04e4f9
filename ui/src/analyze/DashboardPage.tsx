import { ActionIcon, Alert, Button, Menu, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { IconCopy, IconDownload, IconEdit, IconGripVertical, IconPencil, IconPlus, IconPrinter, IconTrash } from '@tabler/icons-react';
import { useNavigate, useParams } from '@tanstack/react-router';
import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import { useNames, useTexts } from '../app/i18n';
import { may, useSession } from '../app/session';
import { useUrl } from '../app/url';
import { ask } from '../base/ask';
import { ErrorSummary } from '../base/ErrorSummary';
import { formatDateTime } from '../base/format';
import { notify } from '../base/notify';
import { Page, Panel } from '../base/Page';
import { EmptyState, Loaded } from '../base/States';
import type { Dashboard, Tile, TileKind } from './contract';
import css from './Dashboard.module.css';
import { useDashboard, useKeep } from './dashboards';
import { append, arrange, settle } from './grid';
import { TileView } from './Tiles';

const files = [{ ending: 'pdf', name: 'PDF' }, { ending: 'xlsx', name: 'Excel' }, { ending: 'html', name: 'HTML' }];
const kinds: TileKind[] = ['number', 'line', 'ranking', 'table', 'text'];

export default function DashboardPage() {
	const { code } = useParams({ strict: false }) as { code: string };
	const board = useDashboard(code);
	return <Loaded query={board} rows={10}>{(data) => (data.removed ? <Removed board={data} /> : <Board key={`${data.id}/${data.version}`} board={data} />)}</Loaded>;
}

/** Somebody's old link to what is gone: says so, and where the others are. */
function Removed({ board }: { board: Dashboard }) {
	const { t } = useTexts('analyze');
	const { name } = useNames();
	return <Page title={name(board)} crumbs={[{ text: t('boards.title'), to: '/dashboards' }]}><EmptyState title={t('board.gone')} text={t('board.goneText', { at: formatDateTime(board.removed ?? '') })} /></Page>;
}

function Board({ board }: { board: Dashboard }) {
	const { t } = useTexts('analyze');
	const { name } = useNames();
	const session = useSession();
	const url = useUrl();
	const editing = url.one('edit') !== '' && may(session, 'change', 'dashboard');
	const asOf = url.one('as_of');
	const link = async () => {
		const address = new URL(location.href);
		address.searchParams.delete('edit');
		if (!asOf) address.searchParams.set('as_of', new Date().toISOString());
		await navigator.clipboard.writeText(address.href);
		await notify({ tone: 'good', text: t('page.linkCopied') });
	};
	return (
		<Page
			title={name(board)} crumbs={[{ text: t('boards.title'), to: '/dashboards' }]}
			actions={!editing && (
				<>
					{may(session, 'change', 'dashboard') && <Button variant="default" leftSection={<IconEdit size="1.125rem" aria-hidden />} onClick={() => void url.set({ edit: '1' })}>{t('board.edit')}</Button>}
					<Button variant="default" leftSection={<IconCopy size="1.125rem" aria-hidden />} onClick={() => void link()}>{t('page.link')}</Button>
					<Menu position="bottom-end">
						<Menu.Target><Button variant="default" leftSection={<IconDownload size="1.125rem" aria-hidden />}>{t('board.file')}</Button></Menu.Target>
						<Menu.Dropdown>
							{files.map(({ ending, name: format }) => <Menu.Item key={ending} component="a" href={`/api/v1/dashboards/${encodeURIComponent(board.code)}/${ending}${asOf ? `?as_of=${encodeURIComponent(asOf)}` : ''}`}>{format}</Menu.Item>)}
						</Menu.Dropdown>
					</Menu>
					<Button variant="default" leftSection={<IconPrinter size="1.125rem" aria-hidden />} onClick={() => print()}>{t('board.print')}</Button>
				</>
			)}
		>
			{asOf && <Alert variant="light" color="sea" title={t('page.asOf', { at: formatDateTime(asOf, true) })}><Button size="compact-sm" variant="default" onClick={() => void url.set({ as_of: undefined })}>{t('page.toNow')}</Button></Alert>}
			{editing ? <Editor board={board} /> : <View board={board} asOf={asOf} />}
		</Page>
	);
}

const placeOf = (tile: Tile) => ({ gridColumn: `${tile.x + 1} / span ${tile.w}`, gridRow: `${tile.y + 1} / span ${tile.h}` });

function View({ board, asOf }: { board: Dashboard; asOf: string }) {
	const { t } = useTexts('analyze');
	if (board.tiles.length === 0) return <EmptyState title={t('board.empty')} text={t('board.emptyText')} />;
	return (
		<div className={css.grid}>
			{inReadingOrder(board.tiles).map((tile, i) => <section key={i} className={css.tile} style={placeOf(tile)}><TileView tile={tile} asOf={asOf} /></section>)}
		</div>
	);
}

function inReadingOrder(tiles: Tile[]): Tile[] {
	return [...tiles].sort((a, b) => a.y - b.y || a.x - b.x);
}

/** Tiles under the hand: arrows move, Shift with arrows resizes, Delete takes away; the mouse drags the same. */
function Editor({ board }: { board: Dashboard }) {
	const { t } = useTexts('analyze');
	const url = useUrl();
	const navigate = useNavigate();
	const { change, remove } = useKeep();
	const [names, setNames] = useState({ name_vi: board.name_vi, name_en: board.name_en ?? '', openness: board.openness as string });
	const [tiles, setTiles] = useState(() => settle(inReadingOrder(board.tiles)));
	const [open, setOpen] = useState(-1);
	const [said, setSaid] = useState('');
	const save = async () => {
		const kept = await change.mutateAsync({ row: board, values: { ...names, name_en: names.name_en || null, tiles } as Partial<Dashboard> }).catch(() => null);
		if (!kept) return;
		await notify({ tone: 'good', text: t('board.saved') });
		void url.set({ edit: undefined });
	};
	const drop = async () => {
		if (!(await ask({ title: t('board.removeAsk'), text: t('board.removeText'), yes: t('board.remove') }))) return;
		if (await remove.mutateAsync(board).then(() => true, () => false)) void navigate({ to: '/dashboards' as never });
	};
	const put = (next: Tile[], i: number) => {
		setTiles(next);
		const tile = next[i];
		if (tile) setSaid(t('board.placed', { n: i + 1, column: tile.x + 1, row: tile.y + 1, width: tile.w, height: tile.h }));
	};
	const take = (i: number) => {
		setTiles(settle(tiles.filter((_, k) => k !== i)));
		setOpen(-1);
	};
	return (
		<>
			<Panel>
				<div style={{ display: 'flex', flexWrap: 'wrap', gap: '0.75rem', alignItems: 'end' }}>
					<TextInput label={t('board.nameVi')} required maxLength={200} value={names.name_vi} onChange={(event) => setNames({ ...names, name_vi: event.currentTarget.value })} style={{ flex: '2 1 16rem' }} />
					<TextInput label={t('board.nameEn')} maxLength={200} value={names.name_en} onChange={(event) => setNames({ ...names, name_en: event.currentTarget.value })} style={{ flex: '2 1 16rem' }} />
					<NativeSelect label={t('about.openness')} value={names.openness} onChange={(event) => setNames({ ...names, openness: event.currentTarget.value })} data={['internal', 'open'].map((one) => ({ value: one, label: t(`openness.${one}`) }))} />
					<Button onClick={() => void save()} loading={change.isPending}>{t('board.save')}</Button>
					<Button variant="default" onClick={() => void url.set({ edit: undefined })}>{t('boards.cancel')}</Button>
					<Button variant="subtle" color="red" onClick={() => void drop()}>{t('board.remove')}</Button>
				</div>
				<ErrorSummary error={change.error ?? remove.error} />
			</Panel>
			<p className={css.help} id="tile-keys">{t('board.keys')}</p>
			<p className="sr" role="status">{said}</p>
			<div className={css.grid}>
				{tiles.map((tile, i) => (
					<EditTile key={i} n={i} tile={tile} asked={open === i} toggle={() => setOpen(open === i ? -1 : i)} arrange={(change) => put(arrange(tiles, i, change), i)} change={(next) => setTiles(tiles.map((other, k) => (k === i ? next : other)))} take={() => take(i)} />
				))}
			</div>
			<Button variant="default" style={{ justifySelf: 'start' }} leftSection={<IconPlus size="1.125rem" aria-hidden />} onClick={() => {
				setTiles(append(tiles, { kind: 'text', title_vi: '', text: '', w: 12, h: 3 }));
				setOpen(tiles.length);
			}}>{t('board.add')}</Button>
		</>
	);
}

type Box = Pick<Tile, 'x' | 'y' | 'w' | 'h'>;
const arrows: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function EditTile({ n, tile, asked, toggle, arrange, change, take }: {
	n: number; tile: Tile; asked: boolean; toggle: () => void; arrange: (change: Partial<Box>) => void; change: (tile: Tile) => void; take: () => void;
}) {
	const { t, language } = useTexts('analyze');
	const box = useRef<HTMLElement>(null);
	const [moving, setMoving] = useState(false);
	const title = (language === 'en' ? tile.title_en || tile.title_vi : tile.title_vi) || t(`tile.${tile.kind}`);
	const onKeyDown = (event: KeyboardEvent) => {
		if (event.target !== box.current) return;
		const step = arrows[event.key];
		if (event.key === 'Delete') take();
		else if (event.key === 'Enter') toggle();
		else if (!step) return;
		else if (event.shiftKey) arrange({ w: tile.w + step[0], h: tile.h + step[1] });
		else arrange({ x: tile.x + step[0], y: tile.y + (step[1] > 0 ? tile.h : step[1]) });
		event.preventDefault();
	};
	/* How far the hand went, in cells of the grid. */
	const drag = (to: (dx: number, dy: number) => Partial<Box>) => (event: PointerEvent<HTMLElement>) => {
		const handle = event.currentTarget;
		const grid = box.current?.parentElement;
		if (!grid || event.button !== 0) return;
		const gap = Number.parseFloat(getComputedStyle(grid).columnGap);
		const size = { x: (grid.clientWidth + gap) / 12, y: Number.parseFloat(getComputedStyle(grid).gridAutoRows) + gap };
		const from = { x: event.clientX, y: event.clientY };
		let last = '';
		const follow = (at: globalThis.PointerEvent) => {
			const dx = Math.round((at.clientX - from.x) / size.x);
			const dy = Math.round((at.clientY - from.y) / size.y);
			if (`${dx}/${dy}` === last) return;
			last = `${dx}/${dy}`;
			arrange(to(dx, dy));
		};
		const end = () => {
			handle.removeEventListener('pointermove', follow);
			setMoving(false);
		};
		handle.setPointerCapture(event.pointerId);
		handle.addEventListener('pointermove', follow);
		handle.addEventListener('lostpointercapture', end, { once: true });
		setMoving(true);
	};
	return (
		<section ref={box} className={css.tile} style={placeOf(tile)} data-editing data-moving={moving || undefined} tabIndex={0} aria-label={t('board.tileLabel', { n: n + 1, title })} aria-describedby="tile-keys" onKeyDown={onKeyDown}>
			<div className={css.edit}>
				<span className={css.grip} onPointerDown={drag((dx, dy) => ({ x: tile.x + dx, y: tile.y + dy }))}><IconGripVertical size="1rem" aria-hidden />{title}</span>
				<ActionIcon variant="subtle" color="gray" aria-label={t('board.editTile', { title })} aria-expanded={asked} onClick={toggle}><IconPencil size="1.125rem" aria-hidden /></ActionIcon>
				<ActionIcon variant="subtle" color="gray" aria-label={t('board.takeTile', { title })} onClick={take}><IconTrash size="1.125rem" aria-hidden /></ActionIcon>
			</div>
			{asked ? <TileForm tile={tile} change={change} /> : <TileView tile={tile} asOf="" />}
			<span className={css.corner} aria-hidden onPointerDown={drag((dx, dy) => ({ w: tile.w + dx, h: tile.h + dy }))} />
		</section>
	);
}

function TileForm({ tile, change }: { tile: Tile; change: (tile: Tile) => void }) {
	const { t } = useTexts('analyze');
	return (
		<div className={css.words} style={{ display: 'grid', gap: '0.5rem', alignContent: 'start' }}>
			<NativeSelect label={t('keep.kind')} value={tile.kind} onChange={(event) => change({ ...tile, kind: event.currentTarget.value as TileKind })} data={kinds.map((one) => ({ value: one, label: t(`tile.${one}`) }))} />
			<TextInput label={t('board.titleVi')} maxLength={300} value={tile.title_vi ?? ''} onChange={(event) => change({ ...tile, title_vi: event.currentTarget.value })} />
			<TextInput label={t('board.titleEn')} maxLength={300} value={tile.title_en ?? ''} onChange={(event) => change({ ...tile, title_en: event.currentTarget.value })} />
			{tile.kind === 'text'
				? <Textarea label={t('board.text')} autosize minRows={2} maxLength={3000} value={tile.text ?? ''} onChange={(event) => change({ ...tile, text: event.currentTarget.value })} />
				: <TextInput label={t('board.query')} description={t('board.queryHelp')} value={tile.query ?? ''} maxLength={3000} onChange={(event) => change({ ...tile, query: event.currentTarget.value.replace(/^.*\?/, '') })} />}
		</div>
	);
}
