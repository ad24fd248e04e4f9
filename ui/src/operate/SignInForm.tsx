import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { answer, api, ApiProblem } from '../app/api';
import { useTexts } from '../app/i18n';
import { ErrorSummary } from '../base/ErrorSummary';

/** Login and password, then the six digits if the account asks for them. */
export function SignInForm({ login: fixed, done }: { login?: string; done: () => Promise<void> | void }) {
	const { t } = useTexts('operate');
	const [login, setLogin] = useState(fixed ?? '');
	const [password, setPassword] = useState('');
	const [otp, setOtp] = useState('');
	const [asked, setAsked] = useState(false);
	const code = useRef<HTMLInputElement>(null);
	const enter = useMutation({
		mutationFn: () => answer(api.POST('/api/v1/sessions', { body: { login: login.trim(), password, ...(asked ? { otp: otp.replace(/\s/g, '') } : {}) } })),
		// A wrong password is no session that ended.
		meta: { quiet: true },
		onSuccess: async (opened) => {
			if (opened.needs_otp) {
				setAsked(true);
				setTimeout(() => code.current?.focus());
				return;
			}
			await done();
		},
	});
	const send = (event: FormEvent) => {
		event.preventDefault();
		enter.mutate();
	};
	const wait = enter.error instanceof ApiProblem ? enter.error.retryAfter : null;
	return (
		<form onSubmit={send} noValidate>
			<Stack gap="md">
				<ErrorSummary error={enter.error} />
				{wait !== null && <p role="status" style={{ margin: 0 }}>{t('signIn.wait', { count: wait })}</p>}
				<TextInput label={t('signIn.login')} value={login} onChange={(event) => setLogin(event.currentTarget.value)} readOnly={fixed !== undefined}
					autoComplete="username" autoCapitalize="none" spellCheck={false} required withAsterisk={false} size="md" disabled={asked} />
				<PasswordInput label={t('signIn.password')} value={password} onChange={(event) => setPassword(event.currentTarget.value)}
					autoComplete="current-password" required withAsterisk={false} size="md" disabled={asked} visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }} />
				{asked && (
					<TextInput ref={code} label={t('signIn.otp')} description={t('signIn.otpHelp')} value={otp} onChange={(event) => setOtp(event.currentTarget.value)}
						inputMode="numeric" autoComplete="one-time-code" maxLength={7} required withAsterisk={false} size="md" />
				)}
				<Button type="submit" size="md" loading={enter.isPending} fullWidth>{t('signIn.enter')}</Button>
				{asked && <Button variant="subtle" onClick={() => {
					setAsked(false);
					setOtp('');
					enter.reset();
				}}>{t('signIn.back')}</Button>}
			</Stack>
		</form>
	);
}
