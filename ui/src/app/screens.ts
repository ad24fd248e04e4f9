/* Every screen, once: its address, its texts, who may open it, its place in the rail.  Router, rail, bottom bar and palette
 * read this table.  `load` brings the code of the screen only when it is opened. */
import {
	IconActivityHeartbeat, IconAddressBook, IconBellRinging, IconBook2, IconChartLine, IconChecks, IconFileUpload, IconGauge, IconHistory,
	IconHome, IconInbox, IconKey, IconLayoutDashboard, IconLayoutGrid, IconReport, IconScale, IconTable, IconTableOptions, type Icon,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import Home from '../operate/Home';
import type { Session, Verb } from './contract';

export interface Screen {
	path: string;
	/** Folder of src whose texts it needs besides app and base. */
	space?: string;
	load: () => Promise<{ default: ComponentType }>;
	/** Open without a session. */
	anyone?: boolean;
	needs?: [Verb, string];
	/** Place in the rail; `phone`: in the bottom bar too, under its `short` name where the whole one is too long. */
	nav?: { icon: Icon; text: string; short?: string; group: 'work' | 'centre'; to?: string; phone?: boolean };
}

export const screens: Screen[] = [
	{ path: '/', space: 'operate', load: () => Promise.resolve({ default: Home }), nav: { icon: IconHome, text: 'nav.home', group: 'work', phone: true } },
	{
		path: '/indicators', space: 'analyze', load: () => import('../analyze/Indicators'), needs: ['read', 'figure'],
		nav: { icon: IconChartLine, text: 'nav.indicators', group: 'work', phone: true },
	},
	{ path: '/indicators/$code', space: 'analyze', load: () => import('../analyze/IndicatorPage'), needs: ['read', 'figure'] },
	{ path: '/indicators/$code/formula', space: 'analyze', load: () => import('../analyze/FormulaPage'), needs: ['read', 'formula'] },
	{
		path: '/indices', space: 'analyze', load: () => import('../analyze/Indices'), needs: ['read', 'criteria_set'],
		nav: { icon: IconScale, text: 'nav.indices', group: 'work' },
	},
	{ path: '/indices/$code', space: 'analyze', load: () => import('../analyze/IndexPage'), needs: ['read', 'criteria_set'] },
	{
		path: '/pivot', space: 'analyze', load: () => import('../analyze/PivotPage'), needs: ['read', 'figure'],
		nav: { icon: IconTableOptions, text: 'nav.pivot', group: 'work' },
	},
	{
		path: '/dashboards', space: 'analyze', load: () => import('../analyze/Dashboards'), needs: ['read', 'dashboard'],
		nav: { icon: IconLayoutDashboard, text: 'nav.dashboards', group: 'work' },
	},
	{ path: '/dashboards/$code', space: 'analyze', load: () => import('../analyze/DashboardPage'), needs: ['read', 'dashboard'] },
	{ path: '/figures/$id', space: 'analyze', load: () => import('../analyze/FigurePage'), needs: ['read', 'figure'] },
	{
		path: '/entry', space: 'collect', load: () => import('../collect/Entry'), needs: ['submit', 'figure'],
		nav: { icon: IconTable, text: 'nav.entry', short: 'nav.entryShort', group: 'work', phone: true },
	},
	{
		path: '/upload', space: 'collect', load: () => import('../collect/Upload'), needs: ['submit', 'figure'],
		nav: { icon: IconFileUpload, text: 'nav.upload', group: 'work', phone: true },
	},
	{
		path: '/deliveries', space: 'collect', load: () => import('../collect/Deliveries'), needs: ['read', 'delivery'],
		nav: { icon: IconInbox, text: 'nav.deliveries', group: 'work' },
	},
	{ path: '/deliveries/$id', space: 'collect', load: () => import('../collect/DeliveryPage'), needs: ['read', 'delivery'] },
	{
		path: '/approvals', space: 'collect', load: () => import('../collect/Approvals'), needs: ['approve', 'figure'],
		nav: { icon: IconChecks, text: 'nav.approvals', short: 'nav.approvalsShort', group: 'work', phone: true },
	},
	{
		path: '/quality', space: 'operate', load: () => import('../operate/Quality'), needs: ['read', 'figure'],
		nav: { icon: IconGauge, text: 'nav.quality', group: 'work' },
	},
	{
		path: '/coverage', space: 'operate', load: () => import('../operate/Coverage'), needs: ['read', 'figure'],
		nav: { icon: IconLayoutGrid, text: 'nav.coverage', group: 'work' },
	},
	{
		path: '/discipline', space: 'discipline', load: () => import('../discipline/Week'), needs: ['read', 'reminder'],
		nav: { icon: IconBellRinging, text: 'nav.discipline', group: 'work' },
	},
	{ path: '/reminders', space: 'discipline', load: () => import('../discipline/Reminders'), needs: ['read', 'reminder'] },
	{ path: '/reminders/$id', space: 'discipline', load: () => import('../discipline/ReminderPage'), needs: ['read', 'reminder'] },
	{ path: '/ladder', space: 'discipline', load: () => import('../discipline/Ladder'), needs: ['read', 'reminder'] },
	{ path: '/violations', space: 'discipline', load: () => import('../discipline/MonthEnd'), needs: ['read', 'reminder'] },
	{
		path: '/reports', space: 'report', load: () => import('../report/Reports'), needs: ['read', 'report'],
		nav: { icon: IconReport, text: 'nav.reports', group: 'work' },
	},
	{ path: '/reports/new', space: 'report', load: () => import('../report/ReportEdit'), needs: ['create', 'report'] },
	{ path: '/reports/$code', space: 'report', load: () => import('../report/ReportPage'), needs: ['read', 'report'] },
	{ path: '/reports/$code/edit', space: 'report', load: () => import('../report/ReportEdit'), needs: ['change', 'report'] },
	{ path: '/units/$code', space: 'registry', load: () => import('../registry/UnitPage'), needs: ['read', 'unit'] },
	{
		path: '/registry', space: 'registry', load: () => import('../registry/Kinds'),
		nav: { icon: IconBook2, text: 'nav.registry', group: 'centre', phone: true },
	},
	{ path: '/registry/$kind', space: 'registry', load: () => import('../registry/Records') },
	{ path: '/registry/$kind/new', space: 'registry', load: () => import('../registry/RecordNew') },
	{ path: '/registry/$kind/import', space: 'registry', load: () => import('../registry/RecordImport') },
	{ path: '/registry/$kind/$id', space: 'registry', load: () => import('../registry/RecordPage') },
	{
		path: '/accounts', space: 'operate', load: () => import('../operate/Accounts'), needs: ['read', 'account'],
		nav: { icon: IconAddressBook, text: 'nav.accounts', group: 'centre' },
	},
	{ path: '/accounts/$id', space: 'operate', load: () => import('../operate/Account'), needs: ['read', 'account'] },
	{ path: '/tokens', space: 'operate', load: () => import('../operate/Tokens'), nav: { icon: IconKey, text: 'nav.tokens', group: 'centre' } },
	{
		path: '/journal', space: 'operate', load: () => import('../operate/Journal'), needs: ['read', 'journal'],
		nav: { icon: IconHistory, text: 'nav.journal', group: 'centre' },
	},
	{
		path: '/system', space: 'operate', load: () => import('../operate/SystemHealth'), needs: ['read', 'system_health'],
		nav: { icon: IconActivityHeartbeat, text: 'nav.system', group: 'centre' },
	},
	{ path: '/me', space: 'operate', load: () => import('../operate/Me') },
	{ path: '/sign-in', space: 'operate', load: () => import('../operate/SignIn'), anyone: true },
	{ path: '/setup', space: 'operate', load: () => import('../operate/Setup'), anyone: true },
];

export function mayOpen(screen: Screen, session: Session): boolean {
	return !screen.needs || (session.may[screen.needs[1]]?.includes(screen.needs[0]) ?? false);
}
