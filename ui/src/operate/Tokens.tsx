import { Button, Checkbox, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconPlus } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { answer, api, once } from '../app/api';
import type { Token, Verb } from '../app/contract';
import { useTexts } from '../app/i18n';
import { may, useSession } from '../app/session';
import { useUrl } from '../app/url';
import { ask } from '../base/ask';
import { type Column, DataTable } from '../base/DataTable';
import { DateField } from '../base/DateField';
import { ErrorSummary } from '../base/ErrorSummary';
import { formatDate } from '../base/format';
import { notify } from '../base/notify';
import { Page, Panel } from '../base/Page';
import { EmptyState, Loaded } from '../base/States';
import { Secret } from './Secret';

const verbs: Verb[] = ['read', 'submit', 'create', 'change', 'remove', 'approve', 'administer'];

/** Keys for programs that speak for a person, each limited to what it needs. */
export default function Tokens() {
	const { t } = useTexts('operate');
	const session = useSession();
	const url = useUrl();
	const tokens = useQuery({ queryKey: ['tokens'], queryFn: () => answer(api.GET('/api/v1/tokens')) });
	const everyone = may(session, 'administer', 'api_token');
	const columns: Column<Token>[] = [
		{ id: 'name', header: t('tokens.name'), main: true, cell: (token) => token.name },
		...(everyone ? [{ id: 'login', header: t('tokens.of'), cell: (token: Token) => <span className="mono">{token.login}</span> }] : []),
		{ id: 'verbs', header: t('tokens.may'), cell: (token) => token.verbs.map((verb) => t(`verb.${verb}`)).join(', ') },
		{ id: 'created', header: t('tokens.created'), cell: (token) => (token.created ? formatDate(token.created) : '–') },
		{ id: 'expires', header: t('tokens.expires'), cell: (token) => (token.expires ? formatDate(token.expires) : t('tokens.never')) },
		{ id: 'do', header: <span className="sr">{t('tokens.do')}</span>, right: true, cell: (token) => <Revoke token={token} /> },
	];
	return (
		<Page title={t('tokens.title')} lead={t('tokens.lead')} actions={<Button leftSection={<IconPlus size="1.125rem" />} onClick={() => void url.set({ new: '1' })}>{t('tokens.new')}</Button>}>
			<Panel flush>
				<Loaded query={tokens} isEmpty={(data) => data.items.length === 0} empty={<EmptyState title={t('tokens.none')} text={t('tokens.noneText')} />}>
					{(data) => <DataTable label={t('tokens.title')} columns={columns} rows={data.items} rowId={(token) => token.id} />}
				</Loaded>
			</Panel>
			{url.one('new') === '1' && <NewToken close={() => void url.set({ new: undefined })} />}
		</Page>
	);
}

function Revoke({ token }: { token: Token }) {
	const { t } = useTexts('operate');
	const queries = useQueryClient();
	const revoke = useMutation({
		mutationFn: () => answer(api.DELETE('/api/v1/tokens/{id}', { params: { path: { id: token.id } } })),
		onSuccess: () => queries.invalidateQueries({ queryKey: ['tokens'] }),
		onError: (error) => notify({ tone: 'hand', text: error.message }),
	});
	const sure = async () => {
		if (await ask({ title: t('tokens.revokeAsk', { name: token.name }), text: t('tokens.revokeText'), yes: t('tokens.revoke'), grave: true })) revoke.mutate();
	};
	return <Button size="compact-sm" variant="subtle" loading={revoke.isPending} aria-label={t('tokens.revokeName', { name: token.name })} onClick={() => void sure()}>{t('tokens.revoke')}</Button>;
}

function NewToken({ close }: { close: () => void }) {
	const { t } = useTexts('operate');
	const queries = useQueryClient();
	const [form, setForm] = useState({ name: '', verbs: ['read'] as Verb[], expires: '' });
	const [key] = useState(once);
	const make = useMutation({
		mutationFn: () => answer(api.POST('/api/v1/tokens', { params: { header: key }, body: { name: form.name.trim(), verbs: form.verbs, ...(form.expires ? { expires: `${form.expires}T23:59:59+07:00` } : {}) } })),
		onSuccess: () => queries.invalidateQueries({ queryKey: ['tokens'] }),
	});
	const send = (event: FormEvent) => {
		event.preventDefault();
		make.mutate();
	};
	return (
		<Modal opened onClose={close} title={t('tokens.new')} closeButtonProps={{ 'aria-label': t('close') }} centered closeOnClickOutside={!make.isSuccess}>
			{make.data ? <Secret value={make.data.token} text={t('tokens.made')} done={close} /> : (
				<form onSubmit={send} noValidate>
					<Stack gap="md">
						<ErrorSummary error={make.error} labels={{ name: t('tokens.name'), verbs: t('tokens.may'), expires: t('tokens.expires') }} />
						<TextInput id="field-name" data-autofocus label={t('tokens.name')} description={t('tokens.nameHelp')} value={form.name} onChange={(event) => setForm({ ...form, name: event.currentTarget.value })} required withAsterisk={false} />
						<Checkbox.Group label={t('tokens.may')} description={t('tokens.mayHelp')} value={form.verbs} onChange={(chosen) => setForm({ ...form, verbs: chosen as Verb[] })}>
							<Stack gap="xs" mt="xs">{verbs.map((verb) => <Checkbox key={verb} value={verb} label={t(`verb.${verb}`)} />)}</Stack>
						</Checkbox.Group>
						<DateField id="field-expires" label={t('tokens.expires')} description={t('tokens.expiresHelp')} value={form.expires || null} onChange={(date) => setForm({ ...form, expires: date ?? '' })} />
						<Button type="submit" loading={make.isPending} disabled={!form.name.trim() || form.verbs.length === 0}>{t('tokens.make')}</Button>
					</Stack>
				</form>
			)}
		</Modal>
	);
}
