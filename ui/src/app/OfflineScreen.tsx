import { Button } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { ErrorState, State } from '../base/States';
import { lastMorning } from '../base/morning';
import { useTexts } from './i18n';

const Morning = lazy(() => import('../operate/Morning'));

/** No answer from the centre and nothing of it on this page yet. */
export function OfflineScreen({ unreachable, error, retry }: { unreachable: boolean; error: Error; retry: () => void }) {
	const { t } = useTexts('app');
	if (!unreachable) return <ErrorState error={error} retry={retry} />;
	return (
		<main>
			<State icon="offline" title={t('offline.title')} text={t('offline.text')}>
				<ul style={{ textAlign: 'left' }}>
					<li>{t('offline.works1')}</li>
					<li>{t('offline.works2')}</li>
					<li>{t('offline.works3')}</li>
				</ul>
				<Button onClick={retry}>{t('offline.retry')}</Button>
			</State>
			{lastMorning() && <Suspense><Morning /></Suspense>}
		</main>
	);
}
