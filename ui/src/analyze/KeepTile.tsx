import { Button, Modal, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useNames, useTexts } from '../app/i18n';
import { useSession } from '../app/session';
import { ErrorSummary } from '../base/ErrorSummary';
import type { Indicator, Tile, TileKind } from './contract';
import { homeUnit, useDashboards, useKeep } from './dashboards';
import { append } from './grid';

const kinds: TileKind[] = ['table', 'line', 'ranking', 'number'];
const sizes: Record<TileKind, Pick<Tile, 'w' | 'h'>> = { number: { w: 4, h: 3 }, line: { w: 8, h: 5 }, ranking: { w: 4, h: 6 }, table: { w: 12, h: 6 }, text: { w: 12, h: 2 } };

/** The table on screen becomes a tile, of a dashboard that exists or of a new one. */
export default function KeepTile({ question, title, close }: { question: string; title: Indicator[]; close: () => void }) {
	const { t, language } = useTexts('analyze');
	const { name } = useNames();
	const session = useSession();
	const navigate = useNavigate();
	const dashboards = useDashboards();
	const { create, change } = useKeep();
	const [kind, setKind] = useState<TileKind>('table');
	const [where, setWhere] = useState('');
	const [called, setCalled] = useState(title.length === 1 && title[0] ? name(title[0]) : '');
	const submit = async (event: FormEvent) => {
		event.preventDefault();
		const tile = { kind, query: question, title_vi: title.map((one) => one.name_vi).join(', ').slice(0, 300), title_en: title.map((one) => one.name_en).join(', ').slice(0, 300), ...sizes[kind] };
		const row = dashboards.data?.find((one) => one.code === where);
		const kept = row
			? await change.mutateAsync({ row, values: { tiles: append(row.tiles, tile) } }).catch(() => null)
			: await create.mutateAsync({ name_vi: called.trim(), unit: homeUnit(session), tiles: append([], tile) }).catch(() => null);
		if (kept) void navigate({ to: `/dashboards/${kept.code}` as never });
	};
	return (
		<Modal opened onClose={close} title={t('keep.title')} closeButtonProps={{ 'aria-label': t('keep.close') }}>
			<form onSubmit={(event) => void submit(event)}>
				<Stack>
					<ErrorSummary error={create.error ?? change.error} />
					<NativeSelect label={t('keep.where')} value={where} onChange={(event) => setWhere(event.currentTarget.value)} data={[{ value: '', label: t('keep.new') }, ...(dashboards.data ?? []).map((one) => ({ value: one.code, label: language === 'en' ? one.name_en || one.name_vi : one.name_vi }))]} />
					{where === '' && <TextInput label={t('keep.name')} required maxLength={200} value={called} onChange={(event) => setCalled(event.currentTarget.value)} data-autofocus />}
					<NativeSelect label={t('keep.kind')} value={kind} onChange={(event) => setKind(event.currentTarget.value as TileKind)} data={kinds.map((one) => ({ value: one, label: t(`tile.${one}`) }))} />
					<Button type="submit" loading={create.isPending || change.isPending}>{t('keep.do')}</Button>
				</Stack>
			</form>
		</Modal>
	);
}
