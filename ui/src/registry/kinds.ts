/* Kinds of record that the registry shows, in the order in which a person meets them. */
export interface Kind { path: string; kind: string; group: 'who' | 'what' | 'when' | 'why' }

export const kinds: Kind[] = [
	{ path: 'units', kind: 'unit', group: 'who' },
	{ path: 'unit-changes', kind: 'unit_change', group: 'who' },
	{ path: 'systems', kind: 'system', group: 'who' },
	{ path: 'domains', kind: 'domain', group: 'what' },
	{ path: 'indicators', kind: 'indicator', group: 'what' },
	{ path: 'targets', kind: 'target', group: 'what' },
	{ path: 'code-lists', kind: 'code_list', group: 'what' },
	{ path: 'code-items', kind: 'code_item', group: 'what' },
	{ path: 'schedules', kind: 'schedule', group: 'when' },
	{ path: 'calendars', kind: 'calendar', group: 'when' },
	{ path: 'holidays', kind: 'holiday', group: 'when' },
	{ path: 'check-rules', kind: 'check_rule', group: 'why' },
	{ path: 'documents', kind: 'document', group: 'why' },
];
export const groups = ['who', 'what', 'when', 'why'] as const;
