import { Outlet, useRouterState } from '@tanstack/react-router';
import { Suspense, useEffect } from 'react';
import { Loading } from '../base/States';
import { Unreachable } from './api';
import { OfflineScreen } from './OfflineScreen';
import { SessionProvider, useSessionQuery } from './session';

/** Knows whether anybody is signed in before any screen is shown. */
export function Root() {
	const session = useSessionQuery();
	const screen = useRouterState({ select: (state) => state.location.pathname });
	useEffect(() => {
		// Keyboard and screen reader start at the new screen's title, not at the link that was pressed.
		const title = document.querySelector<HTMLElement>('main h1');
		if (title && document.activeElement !== document.body && !document.activeElement?.closest('main')) title.focus({ preventScroll: true });
	}, [screen]);
	if (session.isPending) return <Loading />;
	if (session.isError && session.data === undefined)
		return <OfflineScreen unreachable={session.error instanceof Unreachable} error={session.error} retry={() => void session.refetch()} />;
	return (
		<SessionProvider session={session.data ?? null}>
			<Suspense fallback={<Loading />}>
				<Outlet />
			</Suspense>
		</SessionProvider>
	);
}
