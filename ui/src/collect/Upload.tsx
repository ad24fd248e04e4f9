import { Alert, Button, NativeSelect } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, once } from '../app/api';
import { useNames, useTexts } from '../app/i18n';
import { unitsOf, useSession } from '../app/session';
import { useUrl } from '../app/url';
import { ErrorSummary } from '../base/ErrorSummary';
import { FileDrop } from '../base/FileDrop';
import { Page, Panel } from '../base/Page';
import { Loaded } from '../base/States';
import { UnitPicker } from '../base/UnitPicker';
import { useWorkTime } from '../base/useWorkTime';
import type { Delivered, Mapping, Waiting } from './contract';
import { Counts, FileLinks, RowsTable, Warnings } from './DeliveryResult';
import { marksOf } from './mapping';
import { MappingEditor } from './MappingEditor';
import { ReceiptCard } from './Receipt';
import { RememberedLayouts } from './RememberedLayouts';
import { SheetView } from './SheetView';
import css from './Upload.module.css';

const accept = '.xlsx,.xls,.ods,.csv,.tsv';

/** How the file was read, kept for showing the result on the same sheet. */
interface Read { waiting: Waiting; mapping: Mapping }

/** "Take my own file." */
export default function Upload() {
	const { t } = useTexts('collect');
	const { name } = useNames();
	const session = useSession();
	const queries = useQueryClient();
	const url = useUrl();
	const mine = unitsOf(session);
	const unit = url.one('unit') || mine[0]?.code || '';
	const upload = url.one('upload');
	const delivery = url.one('delivery');
	const [read, setRead] = useState<Read | null>(null);
	const work = useWorkTime(`upload.${unit}`);
	const send = useMutation({
		mutationFn: async (file: File) => {
			const body = new FormData();
			if (unit) body.append('unit', unit);
			body.append('file', file);
			return answer(api.POST('/api/v1/deliveries', { params: { query: { all: true, spent: work.seconds() }, header: once() }, body }));
		},
		onSuccess: async (result) => {
			setRead(null);
			if ('needs_mapping' in result) {
				queries.setQueryData(['uploads', result.upload], result);
				await url.set({ upload: result.upload, delivery: undefined });
			} else {
				await done(result);
			}
		},
	});
	const done = async (result: Delivered) => {
		work.done();
		queries.setQueryData(['sent', result.id], result);
		await Promise.all(['mappings', 'grid', 'owed', 'figures', 'overview'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
		await url.set({ delivery: result.id, upload: undefined });
	};
	const step = delivery ? 3 : upload ? 2 : 1;
	const drop = <FileDrop accept={accept} disabled={send.isPending} onFile={(file) => send.mutate(file)} title={send.isPending ? t('upload.sending') : t(step === 3 ? 'upload.dropAgain' : 'upload.drop')} hint={t(step === 3 ? 'upload.dropAgainHint' : 'upload.dropHint')} />;
	return (
		<Page
			title={t(`upload.title${step}`)}
			lead={t(`upload.lead${step}`)}
			actions={
				<>
					{step > 1 && <Button variant="default" onClick={() => void url.set({ upload: undefined, delivery: undefined })}>{t('upload.another')}</Button>}
					{unit && <Button component="a" variant="default" href={`/api/v1/template.xlsx?unit=${encodeURIComponent(unit)}`} leftSection={<IconDownload size="1.125rem" aria-hidden />}>{t('entry.template')}</Button>}
				</>
			}
		>
			<ErrorSummary error={send.error} />
			{step === 1 && (
				<>
					{mine.length !== 1 && (
						<div className={css.unit}>
							{mine.length > 1
								? <NativeSelect label={t('upload.unit')} value={unit} onChange={(event) => void url.set({ unit: event.currentTarget.value })} data={mine.map((of) => ({ value: of.code, label: name(of) }))} />
								: <UnitPicker label={t('upload.unit')} description={t('upload.unitHint')} value={unit || null} onChange={(code) => void url.set({ unit: code ?? undefined })} />}
						</div>
					)}
					{drop}
					{unit && <RememberedLayouts unit={unit} />}
				</>
			)}
			{step === 2 && <Mapped id={upload} done={done} keep={setRead} spent={work.seconds} />}
			{step === 3 && <Result id={delivery} read={read}>{drop}</Result>}
		</Page>
	);
}

function Mapped({ id, done, keep, spent }: { id: string; done: (result: Delivered) => Promise<void>; keep: (read: Read) => void; spent: () => number }) {
	const waiting = useQuery({ queryKey: ['uploads', id], queryFn: () => answer(api.GET('/api/v1/uploads/{id}', { params: { path: { id } } })), staleTime: Infinity });
	return <Loaded query={waiting} rows={10}>{(data) => <MappingEditor key={id} waiting={data} spent={spent} done={(result, mapping) => {
		keep({ waiting: data, mapping });
		return done(result);
	}} />}</Loaded>;
}

function Result({ id, read, children }: { id: string; read: Read | null; children: React.ReactNode }) {
	const { t } = useTexts('collect');
	// The answer to the sending has every cell, and news of the delivery must not replace it; asked for later it has those that need a hand.
	const result = useQuery({ queryKey: ['sent', id], queryFn: () => answer(api.GET('/api/v1/deliveries/{id}', { params: { path: { id } } })), staleTime: Infinity });
	return (
		<Loaded query={result}>
			{(delivery) => {
				const sheet = read && read.waiting.sheets.find((of) => !read.mapping.sheet || of.name === read.mapping.sheet);
				const open = delivery.rows.filter((row) => row.status === 'refused' || row.status === 'doubtful');
				return (
					<>
						<Warnings warnings={delivery.warnings} />
						<Counts delivery={delivery} />
						<ReceiptCard delivery={delivery} />
						<div className={css.links}><FileLinks delivery={delivery} /></div>
						{open.length === 0 && delivery.accepted > 0 && <Alert color="sea" variant="light" title={t('result.fine')}>{t('result.fineText')}</Alert>}
						{sheet && read && (
							<Panel title={t('result.onSheet')}>
								<SheetView sheet={sheet} mapping={read.mapping} skips={read.waiting.proposal.skips} answers={marksOf(delivery.rows)} />
							</Panel>
						)}
						<RowsTable rows={open} title={t('result.open', { count: open.length })} />
						{children}
						<RowsTable rows={delivery.rows.filter((row) => row.status === 'accepted')} title={t('result.kept')} />
					</>
				);
			}}
		</Loaded>
	);
}
