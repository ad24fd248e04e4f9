import { useEffect } from 'react';
import { notify } from '../base/notify';
import { useTexts } from './i18n';

/** Registers the service worker and says when a newer version is ready; it never reloads under someone's hands. */
export default function Updates() {
	const { t } = useTexts('app');
	useEffect(() => {
		if (!('serviceWorker' in navigator) || import.meta.env.DEV) return;
		void import('virtual:pwa-register').then(({ registerSW }) => {
			const renew = registerSW({
				onNeedRefresh: () => void notify({ id: 'update', tone: 'plain', title: t('update.title'), text: t('update.text'), action: { text: t('update.now'), run: () => void renew(true) } }),
			});
		});
	}, [t]);
	return null;
}
