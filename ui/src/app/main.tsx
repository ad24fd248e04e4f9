import './theme.css';
import './mantine.css';
import './fonts.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { startTexts } from './i18n';
import { newQueryClient } from './query';
import { sessionQuery } from './session';
import { startLive } from './live';

const queries = newQueryClient();
startLive(queries);
void queries.prefetchQuery(sessionQuery);
await startTexts();

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
	<StrictMode>
		<App queries={queries} />
	</StrictMode>,
);
