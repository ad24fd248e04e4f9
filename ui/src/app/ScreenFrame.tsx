import { type ReactNode, Suspense, useContext } from 'react';
import { Forbidden, Loading } from '../base/States';
import { mayOpen, type Screen } from './screens';
import { SessionContext } from './session';

/** What every screen has around it: the wait for its code and texts, and the refusal. */
export function ScreenFrame({ screen, children }: { screen: Screen; children: ReactNode }) {
	const session = useContext(SessionContext);
	if (!screen.anyone && session && !mayOpen(screen, session)) return <Forbidden />;
	return <Suspense fallback={<Loading />}>{children}</Suspense>;
}
