import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useNames, useTexts } from '../app/i18n';
import { useSession } from '../app/session';
import { Page, Panel } from '../base/Page';

export function PublicHome() {
	const { t } = useTexts('operate');
	const { name } = useNames();
	const session = useSession();
	return (
		<Page title={name(session.centre)} lead={t('public.lead')} narrow>
			<Panel title={t('public.open')}>
				<p style={{ marginTop: 0 }}>{t('public.text')}</p>
				<Button component={Link} to={'/indicators' as never}>{t('public.go')}</Button>
			</Panel>
		</Page>
	);
}
