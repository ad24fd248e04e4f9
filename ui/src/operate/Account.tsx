import { Button, Modal } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { IconEdit, IconKey, IconShieldOff } from '@tabler/icons-react';
import { useState } from 'react';
import { answer, api } from '../app/api';
import type { RecordDescription, RecordRow } from '../app/contract';
import { useNames, useTexts } from '../app/i18n';
import { may, useSession } from '../app/session';
import { useUrl } from '../app/url';
import { ask } from '../base/ask';
import { ErrorSummary } from '../base/ErrorSummary';
import { FieldValue } from '../base/Field';
import { notify } from '../base/notify';
import { Page, Panel } from '../base/Page';
import { Facts, StatusPill } from '../base/small';
import { Loaded } from '../base/States';
import { RecordForm } from '../registry/RecordForm';
import { descriptionQuery, recordQuery, useRecordChanges } from '../registry/records';
import { Roles } from './Roles';
import { Secret } from './Secret';

export default function Account() {
	const { id = '' } = useParams({ strict: false }) as { id?: string };
	const description = useQuery(descriptionQuery('accounts'));
	const row = useQuery(recordQuery('accounts', id));
	return <Loaded query={description}>{(what) => <Loaded query={row}>{(data) => <One key={`${data.id}/${data.version}`} description={what} row={data} />}</Loaded>}</Loaded>;
}

function One({ description, row }: { description: RecordDescription; row: RecordRow }) {
	const { t } = useTexts('operate');
	const { label } = useNames();
	const session = useSession();
	const url = useUrl();
	const { change } = useRecordChanges('accounts');
	const [asking, setAsking] = useState(false);
	const editing = url.one('edit') === '1';
	const admin = may(session, 'administer', 'account');
	return (
		<Page
			title={String(row.name ?? row.login)}
			lead={<><span className="mono">{String(row.login)}</span> {row.disabled ? <StatusPill tone="quiet">{t('accounts.disabled')}</StatusPill> : null}</>}
			crumbs={[{ text: t('accounts.title'), to: '/accounts' }]}
			actions={!editing && (
				<>
					{admin && <Button variant="default" leftSection={<IconKey size="1.125rem" />} onClick={() => setAsking(true)}>{t('account.password')}</Button>}
					{may(session, 'change', 'account') && <Button leftSection={<IconEdit size="1.125rem" />} onClick={() => void url.set({ edit: '1' })}>{t('account.edit')}</Button>}
				</>
			)}
		>
			<Panel>
				{editing ? (
					<RecordForm
						description={description} row={row} busy={change.isPending} error={change.error} onCancel={() => void url.set({ edit: undefined })}
						onSave={(values) => change.mutate({ row, values }, { onSuccess: () => {
							void notify({ text: t('account.saved') });
							void url.set({ edit: undefined });
						} })}
					/>
				) : <Facts items={description.fields.map((field) => [label(field.label), <FieldValue key={field.name} field={field} value={row[field.name]} />])} />}
			</Panel>
			<Roles account={row.id} mayChange={admin} />
			{admin && <Factor account={row.id} />}
			{asking && <NewPassword row={row} close={() => setAsking(false)} />}
		</Page>
	);
}

/** For somebody who lost the phone: the second factor is taken away, the password stays. */
function Factor({ account }: { account: string }) {
	const { t } = useTexts('operate');
	const remove = useMutation({
		mutationFn: () => answer(api.DELETE('/api/v1/accounts/{id}/totp', { params: { path: { id: account } } })),
		onSuccess: () => notify({ text: t('account.factorGone') }),
	});
	const sure = async () => {
		if (await ask({ title: t('account.factorAsk'), text: t('account.factorText'), yes: t('account.factorRemove'), grave: true })) remove.mutate();
	};
	return (
		<Panel title={t('account.factor')} actions={<Button variant="default" loading={remove.isPending} leftSection={<IconShieldOff size="1.125rem" />} onClick={() => void sure()}>{t('account.factorRemove')}</Button>}>
			<p className="dim" style={{ margin: 0 }}>{t('account.factorText')}</p>
			<ErrorSummary error={remove.error} />
		</Panel>
	);
}

function NewPassword({ row, close }: { row: RecordRow; close: () => void }) {
	const { t } = useTexts('operate');
	const queries = useQueryClient();
	const make = useMutation({
		mutationFn: () => answer(api.POST('/api/v1/accounts/{id}/password', { params: { path: { id: row.id } }, body: {} })),
		onSuccess: () => queries.invalidateQueries({ queryKey: ['accounts'] }),
	});
	return (
		<Modal opened onClose={close} title={t('account.password')} closeButtonProps={{ 'aria-label': t('close') }} centered closeOnClickOutside={!make.isSuccess}>
			{make.data ? <Secret value={make.data.password} text={t('account.passwordMade', { name: String(row.name ?? row.login) })} done={close} /> : (
				<>
					<p style={{ marginTop: 0 }}>{t('account.passwordAsk', { name: String(row.name ?? row.login) })}</p>
					<ErrorSummary error={make.error} />
					<Button fullWidth loading={make.isPending} onClick={() => make.mutate()}>{t('account.passwordMake')}</Button>
				</>
			)}
		</Modal>
	);
}
