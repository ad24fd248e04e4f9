import '@mantine/notifications/styles.layer.css';
import { Button } from '@mantine/core';
import { Notifications, notifications } from '@mantine/notifications';
import i18next from 'i18next';
import type { Notice } from './notify';

const colour = { good: 'teal', plain: 'sea', hand: 'red' } as const;

export function show(notice: Notice): void {
	notifications.show({
		id: notice.id,
		color: colour[notice.tone ?? 'good'],
		title: notice.title,
		message: notice.action ? (
			<>
				{notice.text}
				<Button size="compact-sm" variant="light" ml="xs" onClick={notice.action.run}>{notice.action.text}</Button>
			</>
		) : notice.text,
		autoClose: notice.action ? false : notice.tone === 'hand' ? 12_000 : 5000,
		withBorder: true,
		closeButtonProps: { 'aria-label': i18next.t('base:closeNotice') },
	});
}

export default function Toasts() {
	return <Notifications position="bottom-right" limit={4} />;
}
