import { Button, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { answer, api } from '../app/api';
import { useTexts } from '../app/i18n';
import { sessionQuery } from '../app/session';
import { ask } from '../base/ask';
import { ErrorSummary } from '../base/ErrorSummary';
import { notify } from '../base/notify';
import { Panel } from '../base/Page';
import { QrCode } from '../base/QrCode';
import { StatusPill } from '../base/small';
import { Secret } from './Secret';

/** A code from the phone besides the password: shown as a picture for the app's camera, on only once a code has been right. */
export function SecondFactor({ on }: { on: boolean }) {
	const { t } = useTexts('operate');
	const queries = useQueryClient();
	const [otp, setOtp] = useState('');
	const renew = () => queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
	const begin = useMutation({ mutationFn: () => answer(api.POST('/api/v1/session/totp', { body: {} })) });
	const confirm = useMutation({
		mutationFn: () => answer(api.PUT('/api/v1/session/totp', { body: { otp: otp.replace(/\s/g, '') } })),
		meta: { quiet: true },
		onSuccess: async () => {
			begin.reset();
			setOtp('');
			void notify({ text: t('me.factorOn') });
			await renew();
		},
	});
	const remove = useMutation({ mutationFn: () => answer(api.DELETE('/api/v1/session/totp')), onSuccess: renew });
	const sure = async () => {
		if (await ask({ title: t('me.factorAsk'), text: t('me.factorAskText'), yes: t('me.factorRemove'), grave: true })) remove.mutate();
	};
	const send = (event: FormEvent) => {
		event.preventDefault();
		confirm.mutate();
	};
	return (
		<Panel title={<>{t('me.factor')} {on && <StatusPill tone="good">{t('me.factorIs')}</StatusPill>}</>}>
			<p style={{ marginTop: 0 }} className="dim">{t('me.factorText')}</p>
			<ErrorSummary error={begin.error ?? confirm.error ?? remove.error} />
			{on && <Button variant="default" loading={remove.isPending} onClick={() => void sure()}>{t('me.factorRemove')}</Button>}
			{!on && !begin.data && <Button variant="default" loading={begin.isPending} onClick={() => begin.mutate()}>{t('me.factorBegin')}</Button>}
			{begin.data && (
				<form onSubmit={send} noValidate>
					<Stack gap="md" maw="26rem">
						<p style={{ margin: 0 }}>{t('me.factorScan')}</p>
						<QrCode text={begin.data.uri} label={t('me.factorPicture')} />
						<a href={begin.data.uri}>{t('me.factorOpen')}</a>
						<Secret value={begin.data.secret} text={t('me.factorSecret')} />
						<TextInput label={t('signIn.otp')} inputMode="numeric" autoComplete="one-time-code" maxLength={7} value={otp} onChange={(event) => setOtp(event.currentTarget.value)} />
						<Button type="submit" loading={confirm.isPending} disabled={otp.replace(/\D/g, '').length !== 6}>{t('me.factorConfirm')}</Button>
					</Stack>
				</form>
			)}
		</Panel>
	);
}
