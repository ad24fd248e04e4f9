/* Every screen, once: its address, its texts, who may open it, its place in the rail.  Router, rail, bottom bar and palette
 * read this table.  `load` brings the code of the screen only when it is opened. */
import {
	IconHome, type Icon,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { Session, Verb } from './contract';

export interface Screen {
	path: string;
	/** Folder of src whose texts it needs besides app and base. */
	space?: string;
	load: () => Promise<{ default: ComponentType }>;
	/** Open without a session. */
	anyone?: boolean;
	needs?: [Verb, string];
	/** Place in the rail; `phone`: in the bottom bar too. */
	nav?: { icon: Icon; text: string; group: 'work' | 'centre'; to?: string; phone?: boolean };
}

export const screens: Screen[] = [
	{ path: '/', space: 'operate', load: () => import('../operate/Home'), nav: { icon: IconHome, text: 'nav.home', group: 'work', phone: true } },
	{ path: '/sign-in', space: 'operate', load: () => import('../operate/SignIn'), anyone: true },
	{ path: '/setup', space: 'operate', load: () => import('../operate/Setup'), anyone: true },
];

export function mayOpen(screen: Screen, session: Session): boolean {
	return !screen.needs || (session.may[screen.needs[1]]?.includes(screen.needs[0]) ?? false);
}
