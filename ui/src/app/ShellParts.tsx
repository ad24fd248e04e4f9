import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { IconMoon, IconSun } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { formatDate, formatTime, formatWeekday } from '../base/format';
import { setLanguage, useTexts } from './i18n';
import { useConnection } from './live';
import css from './Shell.module.css';

/** The centre's time: what its deadlines go by, whatever the clock of this device says. */
export function Clock({ now }: { now: string }) {
	const { t, language } = useTexts('app');
	const [ahead] = useState(() => Date.parse(now) - Date.now());
	const [at, setAt] = useState(() => Date.now() + ahead);
	useEffect(() => {
		const timer = setInterval(() => setAt(Date.now() + ahead), 5000);
		return () => clearInterval(timer);
	}, [ahead]);
	const iso = new Date(at).toISOString();
	return (
		<time className={css.clock} dateTime={iso} title={t('shell.clock')}>
			<span className={css.date}>{formatWeekday(at, language)} {formatDate(iso).slice(0, 5)}</span>
			<strong>{formatTime(at)}</strong>
		</time>
	);
}

export function ConnectionMark() {
	const { t } = useTexts('app');
	const connection = useConnection();
	return (
		<span className={css.connection} data-state={connection} role="status" title={t(`connection.${connection}Help`)}>
			<i aria-hidden />
			<span>{t(`connection.${connection}`)}</span>
		</span>
	);
}

export function LanguageSwitch() {
	const { t, language } = useTexts('app');
	const other = language === 'vi' ? 'en' : 'vi';
	return (
		<ActionIcon variant="subtle" color="gray" size="lg" className={css.tool} onClick={() => void setLanguage(other)} aria-label={t('shell.language')} title={t('shell.language')}>
			<span lang={other}>{other.toUpperCase()}</span>
		</ActionIcon>
	);
}

export function SchemeSwitch() {
	const { t } = useTexts('app');
	const { setColorScheme } = useMantineColorScheme();
	const dark = useComputedColorScheme('light') === 'dark';
	const text = t(dark ? 'shell.light' : 'shell.dark');
	return (
		<ActionIcon variant="subtle" color="gray" size="lg" className={css.tool} onClick={() => setColorScheme(dark ? 'light' : 'dark')} aria-label={text} title={text}>
			{dark ? <IconSun size="1.25rem" stroke={1.6} /> : <IconMoon size="1.25rem" stroke={1.6} />}
		</ActionIcon>
	);
}
