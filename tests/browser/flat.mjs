// A reporter for node --test: one TAP line for each test with its suites before its name, the reason of a failure below it.
export default async function* flat(events) {
	const names = [];
	for await (const { type, data } of events) {
		if (type === 'test:start') {
			names.length = data.nesting;
			names.push(data.name);
		}
		const failed = type === 'test:fail';
		const { type: kind, error, duration_ms: took } = data.details ?? {};
		const told = kind === 'suite' && (!failed || error.failureType === 'subtestsFailed');
		if ((type !== 'test:pass' && !failed) || told) continue;
		const name = [...names.slice(0, data.nesting), data.name].join(', ');
		yield `${failed ? 'not ok' : 'ok'} - ${name} (${Math.round(took)} ms)${data.skip === undefined ? '' : ' # SKIP'}\n`;
		if (failed) yield `${error.cause?.stack ?? error.cause ?? error.stack}`.replace(/^/gm, '# ') + '\n';
	}
}
