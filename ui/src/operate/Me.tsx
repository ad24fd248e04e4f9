import { Button, PasswordInput, SegmentedControl, Stack, useMantineColorScheme } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { answer, api } from '../app/api';
import type { OpenSession } from '../app/contract';
import { setLanguage, useNames, useTexts } from '../app/i18n';
import { useSession, useSignOut } from '../app/session';
import { ErrorSummary } from '../base/ErrorSummary';
import { formatDateTime } from '../base/format';
import { notify } from '../base/notify';
import { Page, Panel } from '../base/Page';
import { Age, StatusPill } from '../base/small';
import { Loaded } from '../base/States';
import css from './operate.module.css';
import { PasswordPair, passwordReady } from './PasswordPair';
import { SecondFactor } from './SecondFactor';

/** My own account: how screens look to me, my password, my second factor, where I am signed in. */
export default function Me() {
	const { t } = useTexts('operate');
	const { name } = useNames();
	const session = useSession();
	const signOut = useSignOut();
	return (
		<Page title={session.name} lead={<span className="mono">{session.login}</span>} narrow actions={<Button variant="default" onClick={() => void signOut()}>{t('me.signOut')}</Button>}>
			<Panel title={t('me.roles')}>
				<ul className={css.grants}>
					{session.roles.map((grant) => <li key={`${grant.role}/${grant.unit}`}><strong>{t(`role.${grant.role}`)}</strong> <span className="dim">{grant.unit ? t('roles.over', { unit: name({ code: grant.unit, name_vi: grant.unit_vi, name_en: grant.unit_en }) }) : t('roles.everywhere')}</span></li>)}
				</ul>
			</Panel>
			<Looks />
			<Password />
			<SecondFactor on={session.totp} />
			<Sessions />
		</Page>
	);
}

function Looks() {
	const { t, language } = useTexts('operate');
	const { colorScheme, setColorScheme } = useMantineColorScheme();
	return (
		<Panel title={t('me.looks')}>
			<div className={css.stack}>
				<div className={css.row}>
					<span id="me-language" className={css.name}>{t('me.language')}</span>
					<SegmentedControl aria-labelledby="me-language" value={language} onChange={(to) => void setLanguage(to as 'vi' | 'en')} data={[{ value: 'vi', label: 'Tiếng Việt' }, { value: 'en', label: 'English' }]} />
				</div>
				<div className={css.row}>
					<span id="me-scheme" className={css.name}>{t('me.scheme')}</span>
					<SegmentedControl aria-labelledby="me-scheme" value={colorScheme} onChange={(to) => setColorScheme(to as 'light' | 'dark' | 'auto')} data={[{ value: 'auto', label: t('me.auto') }, { value: 'light', label: t('me.light') }, { value: 'dark', label: t('me.dark') }]} />
				</div>
			</div>
		</Panel>
	);
}

function Password() {
	const { t } = useTexts('operate');
	const queries = useQueryClient();
	const [old, setOld] = useState('');
	const [pair, setPair] = useState({ password: '', again: '' });
	const change = useMutation({
		mutationFn: () => answer(api.POST('/api/v1/session/password', { body: { old, new: pair.password } })),
		// A wrong old password is answered 401 too: the session has not ended.
		meta: { quiet: true },
		onSuccess: async () => {
			setOld('');
			setPair({ password: '', again: '' });
			void notify({ text: t('me.passwordDone') });
			await queries.invalidateQueries({ queryKey: ['sessions'] });
		},
	});
	const send = (event: FormEvent) => {
		event.preventDefault();
		change.mutate();
	};
	return (
		<Panel title={t('me.password')}>
			<form onSubmit={send} noValidate>
				<Stack gap="md" maw="26rem">
					<ErrorSummary error={change.error} labels={{ new: t('password.new') }} />
					<PasswordInput label={t('me.old')} size="md" autoComplete="current-password" value={old} onChange={(event) => setOld(event.currentTarget.value)} visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }} />
					<PasswordPair value={pair} onChange={setPair} />
					<Button type="submit" loading={change.isPending} disabled={!old || !passwordReady(pair)} style={{ justifySelf: 'start' }}>{t('me.passwordDo')}</Button>
				</Stack>
			</form>
		</Panel>
	);
}

function Sessions() {
	const { t } = useTexts('operate');
	const queries = useQueryClient();
	const sessions = useQuery({ queryKey: ['sessions'], queryFn: () => answer(api.GET('/api/v1/session/list')) });
	const close = useMutation({ mutationFn: (session: OpenSession) => answer(api.DELETE('/api/v1/session/list/{id}', { params: { path: { id: session.id } } })), onSuccess: () => queries.invalidateQueries({ queryKey: ['sessions'] }) });
	return (
		<Panel flush title={t('me.sessions')}>
			<ErrorSummary error={close.error} />
			<Loaded query={sessions} rows={2}>
				{(data) => (
					<ul className={css.sessions}>
						{data.items.map((session) => (
							<li key={session.id}>
								<span className={css.grow}>
									<span className="mono">{session.address}</span> {session.current && <StatusPill tone="good">{t('me.here')}</StatusPill>}
									<br /><span className="dim">{t('me.since', { at: formatDateTime(session.created) })} · {t('me.used')} <Age at={session.used} /></span>
								</span>
								{!session.current && <Button size="compact-sm" variant="default" onClick={() => close.mutate(session)} loading={close.isPending && close.variables.id === session.id}>{t('me.close')}</Button>}
							</li>
						))}
					</ul>
				)}
			</Loaded>
		</Panel>
	);
}
