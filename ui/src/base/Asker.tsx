import { Button, Group, Modal } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { useTexts } from '../app/i18n';
import { question, watchQuestion } from './ask';

/** The dialog of ask(): Escape and "stay" are no; the focus is on no. */
export default function Asker() {
	const { t } = useTexts('base');
	const asked = useSyncExternalStore(watchQuestion, question);
	if (!asked) return null;
	return (
		<Modal opened onClose={() => asked.answer(false)} title={asked.title} centered closeButtonProps={{ 'aria-label': t('ask.no') }}>
			{asked.text && <p style={{ marginTop: 0 }}>{asked.text}</p>}
			<Group justify="flex-end" gap="sm">
				<Button variant="default" data-autofocus onClick={() => asked.answer(false)}>{t('ask.no')}</Button>
				<Button color={asked.grave ? 'red' : undefined} onClick={() => asked.answer(true)}>{asked.yes}</Button>
			</Group>
		</Modal>
	);
}
