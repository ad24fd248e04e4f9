import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { answer, api } from '../app/api';
import { useTexts } from '../app/i18n';
import { useUrl } from '../app/url';
import { ErrorSummary } from '../base/ErrorSummary';
import { Front } from './Front';
import { PasswordPair, passwordReady } from './PasswordPair';

/** The first administrator of a new centre, with the one-time token that the server printed on its own machine. */
export default function Setup() {
	const { t } = useTexts('operate');
	const url = useUrl();
	const [form, setForm] = useState({ token: url.one('token'), login: '', name: '' });
	const [pair, setPair] = useState({ password: '', again: '' });
	const set = (change: Partial<typeof form>) => setForm({ ...form, ...change });
	const make = useMutation({
		mutationFn: () => answer(api.POST('/api/v1/setup', { body: { ...form, token: form.token.trim(), password: pair.password } })),
		meta: { quiet: true },
	});
	const send = (event: FormEvent) => {
		event.preventDefault();
		make.mutate();
	};
	if (make.isSuccess)
		return (
			<Front title={t('setup.done')} lead={t('setup.doneLead', { login: form.login })}>
				<Button component={Link} to="/sign-in" size="md" fullWidth>{t('setup.enter')}</Button>
			</Front>
		);
	return (
		<Front title={t('setup.title')} lead={t('setup.lead')}>
			<form onSubmit={send} noValidate>
				<Stack gap="md">
					<ErrorSummary error={make.error} labels={{ token: t('setup.token'), login: t('signIn.login'), name: t('setup.name'), password: t('signIn.password') }} />
					<PasswordInput id="field-token" label={t('setup.token')} description={t('setup.tokenHelp')} value={form.token} onChange={(event) => set({ token: event.currentTarget.value })}
						autoComplete="off" required withAsterisk={false} size="md" visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }} />
					<TextInput id="field-name" label={t('setup.name')} value={form.name} onChange={(event) => set({ name: event.currentTarget.value })} autoComplete="name" required withAsterisk={false} size="md" />
					<TextInput id="field-login" label={t('signIn.login')} description={t('setup.loginHelp')} value={form.login} onChange={(event) => set({ login: event.currentTarget.value })}
						autoComplete="username" autoCapitalize="none" spellCheck={false} required withAsterisk={false} size="md" />
					<PasswordPair value={pair} onChange={setPair} />
					<Button type="submit" size="md" loading={make.isPending} disabled={!passwordReady(pair) || !form.token || !form.login || !form.name} fullWidth>{t('setup.make')}</Button>
				</Stack>
			</form>
		</Front>
	);
}
