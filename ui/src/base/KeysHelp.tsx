import { Kbd, Modal } from '@mantine/core';
import { Fragment } from 'react';
import { useTexts } from '../app/i18n';

const rows: [string[], string][] = [
	[['Ctrl', 'K'], 'keys.palette'], [['?'], 'keys.help'], [['g', 'h'], 'keys.home'], [['g', 'n'], 'keys.entry'], [['g', 'u'], 'keys.upload'],
	[['g', 'd'], 'keys.approvals'], [['g', 'i'], 'keys.indicators'], [['g', 'r'], 'keys.registry'], [['g', 'j'], 'keys.journal'], [['Esc'], 'keys.close'],
];

export default function KeysHelp({ close }: { close: () => void }) {
	const { t } = useTexts('app');
	return (
		<Modal opened onClose={close} title={t('shell.keys')} closeButtonProps={{ 'aria-label': t('shell.close') }}>
			<dl style={{ display: 'grid', gridTemplateColumns: 'auto 1fr', gap: '0.5rem 1.5rem', margin: 0 }}>
				{rows.map(([keys, text]) => (
					<Fragment key={text}>
						<dt>{keys.map((key) => <Kbd key={key} mr="0.25rem">{key}</Kbd>)}</dt>
						<dd style={{ margin: 0 }}>{t(text)}</dd>
					</Fragment>
				))}
			</dl>
		</Modal>
	);
}
