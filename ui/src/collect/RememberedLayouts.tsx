import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../app/api';
import { useTexts } from '../app/i18n';
import { DataTable } from '../base/DataTable';
import { ErrorSummary } from '../base/ErrorSummary';
import { Panel } from '../base/Page';
import { Age } from '../base/small';
import { Loaded } from '../base/States';

/** Layouts of files that are read without asking. */
export function RememberedLayouts({ unit }: { unit: string }) {
	const { t } = useTexts('collect');
	const queries = useQueryClient();
	const known = useQuery({ queryKey: ['mappings', unit], queryFn: () => answer(api.GET('/api/v1/mappings', { params: { query: { unit } } })) });
	const forget = useMutation({
		mutationFn: (id: string) => answer(api.DELETE('/api/v1/mappings/{id}', { params: { path: { id }, query: { unit } } })),
		onSuccess: () => queries.invalidateQueries({ queryKey: ['mappings'] }),
	});
	return (
		<Panel flush title={t('known.title')}>
			<ErrorSummary error={forget.error} />
			<Loaded query={known} rows={2} isEmpty={(data) => data.items.length === 0} empty={<p className="dim" style={{ padding: '0 1.25rem 1rem', margin: 0 }}>{t('known.empty')}</p>}>
				{(data) => (
					<DataTable
						label={t('known.title')} rows={data.items} rowId={(row) => row.id}
						columns={[
							{ id: 'name', header: t('known.name'), main: true, cell: (row) => row.name || '–' },
							{ id: 'columns', header: t('known.columns'), right: true, cell: (row) => row.mapping.columns.filter((column) => column.role !== 'ignore').length },
							{ id: 'used', header: t('known.used'), right: true, cell: (row) => row.used },
							{ id: 'changed', header: t('known.changed'), cell: (row) => <Age at={row.changed} /> },
							{ id: 'forget', header: <span className="sr">{t('known.forget')}</span>, right: true, cell: (row) => <Button size="compact-sm" variant="default" loading={forget.isPending && forget.variables === row.id} onClick={() => forget.mutate(row.id)} aria-label={t('known.forgetOne', { name: row.name })}>{t('known.forget')}</Button> },
						]}
					/>
				)}
			</Loaded>
		</Panel>
	);
}
