import { Button, Modal, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { once } from '../app/api';
import type { RecordRow } from '../app/contract';
import { useTexts } from '../app/i18n';
import { may, useSession } from '../app/session';
import { useUrl } from '../app/url';
import { type Column, DataTable } from '../base/DataTable';
import { Page, Panel } from '../base/Page';
import { Age, StatusPill } from '../base/small';
import { EmptyState, Loaded } from '../base/States';
import { RecordForm } from '../registry/RecordForm';
import { descriptionQuery, listQuery, useRecordChanges } from '../registry/records';
import css from './operate.module.css';

/** Who may come in. */
export default function Accounts() {
	const { t } = useTexts('operate');
	const session = useSession();
	const url = useUrl();
	const [typed, setTyped] = useState(url.one('q'));
	const search = useDebouncedCallback((q: string) => void url.set({ q: q || undefined }, { replace: true }), 250);
	const sort = url.one('sort') || 'login';
	const list = useInfiniteQuery(listQuery('accounts', { q: url.one('q') || undefined, sort }));
	const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
	const columns: Column<RecordRow>[] = [
		{ id: 'name', header: t('accounts.name'), sort: 'name', main: true, cell: (row) => String(row.name ?? row.login) },
		{ id: 'login', header: t('accounts.login'), sort: 'login', cell: (row) => <span className="mono">{String(row.login)}</span> },
		{ id: 'email', header: t('accounts.email'), wide: true, cell: (row) => String(row.email ?? '') || <span className="dim">–</span> },
		{ id: 'state', header: t('accounts.state'), cell: (row) => (row.disabled ? <StatusPill tone="quiet">{t('accounts.disabled')}</StatusPill> : <StatusPill tone="good">{t('accounts.enabled')}</StatusPill>) },
		{ id: 'changed', header: t('accounts.changed'), sort: 'changed', wide: true, cell: (row) => <span className="dim"><Age at={row.changed} /></span> },
	];
	return (
		<Page
			title={t('accounts.title')} lead={t('accounts.lead')}
			actions={may(session, 'create', 'account') && <Button leftSection={<IconPlus size="1.125rem" />} onClick={() => void url.set({ new: '1' })}>{t('accounts.new')}</Button>}
		>
			<TextInput
				className={css.search} type="search" leftSection={<IconSearch size="1.125rem" aria-hidden />} aria-label={t('accounts.search')} placeholder={t('accounts.search')} value={typed}
				onChange={(event) => {
					setTyped(event.currentTarget.value);
					search(event.currentTarget.value);
				}}
			/>
			<Panel flush>
				<Loaded query={list} isEmpty={() => rows.length === 0} empty={<EmptyState title={t('accounts.none')} text={t('accounts.noneText')} />}>
					{() => (
						<DataTable
							label={t('accounts.title')} columns={columns} rows={rows} rowId={(row) => row.id} to={(row) => `/accounts/${encodeURIComponent(String(row.login))}`} sort={sort} onSort={(to) => void url.set({ sort: to })}
							foot={list.hasNextPage ? <Button variant="subtle" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('accounts.more')}</Button> : <span className="dim">{t('accounts.count', { count: rows.length })}</span>}
						/>
					)}
				</Loaded>
			</Panel>
			{url.one('new') === '1' && may(session, 'create', 'account') && <NewAccount close={() => void url.set({ new: undefined })} />}
		</Page>
	);
}

function NewAccount({ close }: { close: () => void }) {
	const { t } = useTexts('operate');
	const navigate = useNavigate();
	const description = useQuery(descriptionQuery('accounts'));
	const { create } = useRecordChanges('accounts');
	const key = useRef(once());
	return (
		<Modal opened onClose={close} title={t('accounts.new')} size="lg" closeButtonProps={{ 'aria-label': t('close') }}>
			<p className="dim" style={{ marginTop: 0 }}>{t('accounts.newText')}</p>
			<Loaded query={description}>
				{(what) => (
					<RecordForm
						description={what} busy={create.isPending} error={create.error} onCancel={close}
						onSave={(values) => create.mutate({ values, key: key.current }, {
							onSuccess: (row) => void navigate({ to: `/accounts/${encodeURIComponent(String(row.login))}` as never, ignoreBlocker: true }),
							onError: () => {
								key.current = once();
							},
						})}
					/>
				)}
			</Loaded>
		</Modal>
	);
}
