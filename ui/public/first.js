// Before the first paint: the colours and the language this device was left with.
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
})();
