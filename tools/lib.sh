# shellcheck shell=bash
# Shared by ./run and ./test: steps that show progress, Debian packages, Node.  Sourced by bash, in the root of the tree.

logs=build/log
child=

# Ends the step under way with all it started, and waits for it, so that nothing goes on behind our back.
stop_child() {
	[ -z "$child" ] || { kill -- "-$child" 2>/dev/null; wait "$child" 2>/dev/null; }
	echo
	exit 130
}

# step "What is being done" "How to mend it when it fails" COMMAND...
step() {
	local what=$1 mend=$2 started=$SECONDS last=0 rc=0
	shift 2
	local log
	log="$logs/$(printf %s "$what" | tr -cs 'a-zA-Z0-9' '-' | cut -c1-40).log"
	mkdir -p "$logs"
	set -m # a process group of its own
	"$@" >"$log" 2>&1 </dev/null &
	child=$!
	set +m
	trap stop_child INT TERM HUP
	[ -t 1 ] || printf '%s ...\n' "$what"
	while kill -0 "$child" 2>/dev/null; do
		if [ -t 1 ]; then
			printf '\r\033[K%s ... %d s  %.60s' "$what" $((SECONDS - started)) "$(tail -n 1 "$log" | tr -cd '[:print:]')"
		elif [ $((SECONDS - started - last)) -ge 20 ]; then
			last=$((SECONDS - started))
			printf '%s ... %d s  %.60s\n' "$what" "$last" "$(tail -n 1 "$log" | tr -cd '[:print:]')"
		fi
		sleep 0.2
	done
	wait "$child" || rc=$?
	child=
	trap - INT TERM HUP
	[ ! -t 1 ] || printf '\r\033[K'
	if [ $rc -eq 0 ]; then
		printf '%s: done in %d s\n' "$what" $((SECONDS - started))
		return 0
	fi
	printf '%s: FAILED (exit code %d). The end of %s:\n' "$what" $rc "$log"
	tail -n 25 "$log" | sed 's/^/    /'
	printf 'To mend: %s\n' "$mend"
	return $rc
}

# Names in packages/*.txt that this machine lacks.  A node or npm from elsewhere serves as well as Debian's.
missing_packages() {
	local list name
	for list; do
		while read -r name; do
			case $name in
			'' | '#'*) continue ;;
			nodejs) command -v node >/dev/null && continue ;;
			npm) command -v npm >/dev/null && continue ;;
			esac
			[ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || printf '%s\n' "$name"
		done <"packages/$list.txt"
	done | sort -u
}

# install_packages yes|no LIST...
install_packages() {
	local allowed=$1 missing as_root=()
	shift
	missing=$(missing_packages "$@" | tr '\n' ' ')
	[ -n "$missing" ] || return 0
	if [ "$allowed" = no ]; then
		printf 'These Debian packages are missing: %s\nTo mend: apt-get install %s\n' "$missing" "$missing"
		return 1
	fi
	if [ "$(id -u)" -ne 0 ]; then
		command -v sudo >/dev/null || {
			printf 'These Debian packages are missing: %s\nTo mend: as root, apt-get install %s\n' "$missing" "$missing"
			return 1
		}
		sudo -v || { echo 'To mend: run as root, or as a user whom sudo lets install packages'; return 1; }
		as_root=(sudo)
	fi
	printf 'Missing Debian packages: %s\n' "$missing"
	step 'Asking Debian for its list of packages' 'check the network and /etc/apt/sources.list, then start again' \
		"${as_root[@]}" apt-get update || return
	# shellcheck disable=SC2086 # one word a package
	step 'Installing packages' 'run "apt-get -f install" as root, then start again; what was installed stays' \
		"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing
}

node_suits() {
	command -v node >/dev/null && command -v npm >/dev/null &&
		node -e 'const [a, b] = process.versions.node.split(".").map(Number);
			process.exit((a === 20 && b >= 19) || (a === 22 && b >= 12) || a > 22 ? 0 : 1)' &&
		[ "$(npm --version 2>/dev/null | cut -d. -f1)" -ge 11 ]
}

fetch_node() {
	local new=build/node.new
	rm -rf $new && mkdir -p $new && cp tools/node/package.json tools/node/package-lock.json tools/node/.npmrc $new || return
	# Debian's npm 9 does not link programs of optional packages: that is done here.
	(cd $new && npm ci --no-audit --no-fund && cd node_modules/.bin && ln -sf ../node-linux-*/bin/node node) || return
	rm -rf build/node && mv $new build/node
}

# Puts a Node that the front end's tools accept first in PATH; fetches one under build/ when the machine's is too old.
use_node() {
	node_suits && return
	if ! build/node/node_modules/.bin/node --version >/dev/null 2>&1 || ! cmp -s tools/node/package-lock.json build/node/package-lock.json; then
		step 'Fetching a newer Node into build/node' 'check that npm reaches its registry, then start again' fetch_node || return
	fi
	PATH="$PWD/build/node/node_modules/.bin:$PATH"
	export PATH
	node_suits || { echo 'The Node in build/node does not start. To mend: remove build/node and start again'; return 1; }
}

# A hash of what is listed at and below the given paths: names, sizes, times; but for what a build itself writes there.
tree_stamp() {
	find "$@" \( -name node_modules -o -name dist -o -name .git -o -name __pycache__ -o -name corpus -o -path ui/public/first.js -o -path ui/src/app/openapi.d.ts \) -prune -o \
		-type f -printf '%p %s %T@\n' 2>/dev/null | LC_ALL=C sort | sha256sum | cut -c1-64
}

# The paths that the binary is built from.
built_from() {
	local room
	printf '%s\n' meson.build meson_options.txt run tools migrations packs ui
	for room in */meson.build; do printf '%s\n' "${room%/*}"; done
}

# Builds the front end into ui/dist; a build that fails or is interrupted leaves the former one in place.
build_ui() {
	cd ui || return
	local lock
	lock=$(sha256sum package-lock.json | cut -c1-64)
	if [ "$(cat node_modules/.lock-hash 2>/dev/null)" != "$lock" ]; then
		npm ci --no-audit --no-fund && printf %s "$lock" >node_modules/.lock-hash || return
	fi
	npm run build
}
