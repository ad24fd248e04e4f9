import { MantineProvider } from '@mantine/core';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useState } from 'react';
import { newRouter } from './router';
import { schemes } from './scheme';
import { colours, theme } from './theme';

export function App({ queries }: { queries: QueryClient }) {
	const [router] = useState(() => newRouter(queries));
	return (
		<MantineProvider theme={theme} cssVariablesResolver={colours} defaultColorScheme="auto" colorSchemeManager={schemes}>
			<QueryClientProvider client={queries}>
				<RouterProvider router={router} />
			</QueryClientProvider>
		</MantineProvider>
	);
}
