import { Button, Group } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ApiProblem } from '../app/api';
import type { RecordDescription } from '../app/contract';
import { useNames, useTexts } from '../app/i18n';
import { may, useSession } from '../app/session';
import { type Column, DataTable } from '../base/DataTable';
import { ErrorSummary } from '../base/ErrorSummary';
import { FileDrop } from '../base/FileDrop';
import { formatCount } from '../base/format';
import { Page, Panel } from '../base/Page';
import { Tile } from '../base/small';
import { Forbidden, Loaded, Loading } from '../base/States';
import { importCsv } from './records';
import { descriptionQuery } from './records';
import css from './registry.module.css';

/** A CSV file into a kind of record: tried first, so that a person sees what it would do. */
export default function RecordImport() {
	const session = useSession();
	const { kind = '' } = useParams({ strict: false }) as { kind?: string };
	const description = useQuery(descriptionQuery(kind));
	return <Loaded query={description}>{(what) => (may(session, 'create', what.kind) ? <Import kind={kind} description={what} /> : <Forbidden />)}</Loaded>;
}

interface Row { at: string; detail: string }

function Import({ kind, description }: { kind: string; description: RecordDescription }) {
	const { t, language } = useTexts('registry');
	const { label } = useNames();
	const queries = useQueryClient();
	const trial = useMutation({
		mutationFn: async (file: File) => {
			const csv = await file.text();
			return { csv, name: file.name, result: await importCsv(kind, csv, true) };
		},
	});
	const real = useMutation({ mutationFn: (csv: string) => importCsv(kind, csv, false), onSuccess: () => queries.invalidateQueries({ queryKey: [kind] }) });
	const rows = trial.error instanceof ApiProblem ? (trial.error.problem.errors ?? []) : [];
	const place = (at: string): string => {
		const [, row = '', column = '', name = ''] = /^row (\d+)(?:, (?:column (\d+)|(.+)))?$/.exec(at) ?? [];
		const field = description.fields.find((one) => one.name === name);
		if (!row) return at;
		return [t('import.row', { row }), column ? t('import.column', { column }) : field ? label(field.label) : name].filter(Boolean).join(', ');
	};
	const columns: Column<Row>[] = [
		{ id: 'at', header: t('import.at'), main: true, cell: (row) => place(row.at), width: '30%' },
		{ id: 'detail', header: t('import.detail'), cell: (row) => row.detail },
	];
	const counts = real.data ?? trial.data?.result;
	return (
		<Page
			title={t('import.title', { kind: label(description.plural).toLocaleLowerCase() })} lead={t('import.lead')}
			crumbs={[{ text: t('kinds.title'), to: '/registry' }, { text: label(description.plural), to: `/registry/${kind}` }]}
		>
			{!real.isSuccess && (
				<FileDrop
					accept=".csv,text/csv" title={t('import.drop')} hint={t('import.columns', { names: description.fields.filter((field) => !field.ours).map((field) => field.name).join(', ') })}
					onFile={(file) => {
						real.reset();
						trial.mutate(file);
					}}
				/>
			)}
			{trial.isPending && <Loading rows={3} />}
			{trial.error && rows.length === 0 && <ErrorSummary error={trial.error} />}
			{rows.length > 0 && (
				<Panel flush title={<span className={css.hand}>{t('import.wrong', { count: rows.length })}</span>}>
					<DataTable label={t('import.wrong', { count: rows.length })} columns={columns} rows={rows} rowId={(row) => `${row.at}|${row.detail}`} />
				</Panel>
			)}
			{counts && (
				<Panel title={real.isSuccess ? t('import.done') : t('import.would', { file: trial.data?.name ?? '' })}>
					<div className={css.tiles}>
						<Tile value={formatCount(counts.created, language)} text={t('import.created')} />
						<Tile value={formatCount(counts.changed, language)} text={t('import.changed')} />
						<Tile value={formatCount(counts.same, language)} text={t('import.same')} />
					</div>
					<ErrorSummary error={real.error} />
					<Group mt="md">
						{real.isSuccess
							? <Button component={Link} to={`/registry/${kind}` as never}>{t('import.see')}</Button>
							: <Button loading={real.isPending} disabled={counts.created + counts.changed === 0} onClick={() => trial.data && real.mutate(trial.data.csv)}>{t('import.do')}</Button>}
					</Group>
				</Panel>
			)}
		</Page>
	);
}
