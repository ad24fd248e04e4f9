import './theme.css';
import './mantine.css';
import { StrictMode, startTransition } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { startTexts } from './i18n';
import { newQueryClient } from './query';
import { endFirstView, onceDrawn } from './firstView';
import { whenQuiet } from './quiet';
import { sessionQuery } from './session';
import { startLive } from './live';

const queries = newQueryClient();
startLive(queries);
void queries.prefetchQuery(sessionQuery);
await startTexts();

// Our own letters: at once when this device keeps them, else after the figures.
const fonts = () => void import('./fonts.css');
if (globalThis.navigator.serviceWorker?.controller) fonts();
else whenQuiet(queries, fonts);

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
// In slices: what is read or tapped meanwhile is not held up.
startTransition(() =>
	createRoot(root).render(
		<StrictMode>
			<App queries={queries} />
		</StrictMode>,
	),
);
onceDrawn(root, () => whenQuiet(queries, endFirstView));
