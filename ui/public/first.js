// Before the first paint: the colours and the language this device was left with.  Before the program is here: the first
// questions to the server, whose answers it takes (src/app/api.ts).
(function () {
	var root = document.documentElement;
	var scheme = null;
	var language = null;
	try {
		scheme = localStorage.getItem('haidang.scheme');
		language = localStorage.getItem('haidang.language');
	} catch (_) {
		// Storage may be closed; the defaults below hold.
	}
	if (scheme !== 'light' && scheme !== 'dark')
		scheme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
	root.setAttribute('data-mantine-color-scheme', scheme);
	root.lang = language === 'en' ? 'en' : 'vi';

	var asked = (window.haidangAsked = {});
	function ask(path) {
		asked[path] = fetch(path, { credentials: 'same-origin', headers: { 'Accept-Language': root.lang } });
		return asked[path];
	}
	ask('/api/v1/session')
		.then(function (answer) {
			return answer.ok ? answer.clone().json() : { roles: [] };
		})
		.then(function (session) {
			function has(role) {
				return session.roles.some(function (grant) {
					return role.test(grant.role);
				});
			}
			// What the home of each asks for (src/operate/Home.tsx).
			var home = has(/^leader$/) ? ['/api/v1/exceptions', '/api/v1/scores?by=domain']
				: has(/^(administrator|operator|analyst|auditor)$/) ? ['/api/v1/overview'] : [];
			// Not waited for here: whoever takes the answer sees how it went.
			if (location.pathname === '/')
				home.forEach(function (path) {
					ask(path).catch(function () {});
				});
		})
		.catch(function () {
			// No answer: the program finds that out by the same promise.
		});
})();
