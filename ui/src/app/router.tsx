import type { QueryClient } from '@tanstack/react-query';
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import i18next from 'i18next';
import type { ComponentType } from 'react';
import { ErrorState } from '../base/States';
import { NotFound } from './NotFound';
import { Root } from './Root';
import { ScreenFrame } from './ScreenFrame';
import { type Screen, screens } from './screens';
import { Shell } from './Shell';
import { parseSearch, stringifySearch } from './url';

const root = createRootRoute({ component: Root, notFoundComponent: NotFound });

// A layout without an address of its own: the shell stays while screens change in it.
const inside = createRoute({ getParentRoute: () => root, id: 'inside', component: Shell });

function routeOf(screen: Screen) {
	const Content = lazyRouteComponent(screen.load) as ComponentType;
	return createRoute({
		getParentRoute: () => (screen.anyone ? root : inside),
		path: screen.path,
		loader: async () => {
			if (screen.space) await i18next.loadNamespaces(screen.space);
		},
		component: () => (
			<ScreenFrame screen={screen}>
				<Content />
			</ScreenFrame>
		),
		errorComponent: ({ error, reset }) => <ErrorState error={error} retry={reset} />,
	});
}

const open = screens.filter((screen) => screen.anyone).map(routeOf);
const closed = screens.filter((screen) => !screen.anyone).map(routeOf);
const tree = root.addChildren([...open, inside.addChildren(closed)]);

export function newRouter(queries: QueryClient) {
	return createRouter({
		routeTree: tree,
		parseSearch,
		stringifySearch,
		defaultPreload: 'intent',
		defaultPreloadStaleTime: 0,
		defaultErrorComponent: ({ error, reset }) => <ErrorState error={error} retry={reset} />,
		scrollRestoration: true,
		context: { queries },
	});
}
