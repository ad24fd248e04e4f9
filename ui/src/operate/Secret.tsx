import { Button } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useState } from 'react';
import { useTexts } from '../app/i18n';
import css from './operate.module.css';

/** Something shown once and never again. */
export function Secret({ value, text, done }: { value: string; text: string; done?: () => void }) {
	const { t } = useTexts('operate');
	const [copied, setCopied] = useState(false);
	const copy = async () => {
		await navigator.clipboard.writeText(value);
		setCopied(true);
	};
	return (
		<div className={css.secret} role="status">
			<p>{text}</p>
			<code tabIndex={0}>{value}</code>
			<div className={css.row}>
				{'clipboard' in navigator && <Button variant="default" onClick={() => void copy()} leftSection={copied ? <IconCheck size="1.125rem" /> : <IconCopy size="1.125rem" />}>{t(copied ? 'secret.copied' : 'secret.copy')}</Button>}
				{done && <Button onClick={done}>{t('secret.done')}</Button>}
			</div>
		</div>
	);
}
