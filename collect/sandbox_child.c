#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <poll.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "collect/sandbox.h"
#include "collect/sandbox_wire.h"

/* A library that insists on a file name gets the input under this one; no file is ever opened. */
static const char input_name[] = "/proc/self/fd/0";

static void answer_open(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)info;
	ucontext_t *u = context;
#if defined(__x86_64__)
	greg_t *regs = u->uc_mcontext.gregs;
	const char *name =
		(const char *)(regs[REG_RAX] == SYS_openat ? regs[REG_RSI] : regs[REG_RDI]);
	bool input = name && strcmp(name, input_name) == 0;
	regs[REG_RAX] = input ? dup(0) : -EACCES;
#elif defined(__aarch64__)
	const char *name = (const char *)u->uc_mcontext.regs[1];
	bool input = name && strcmp(name, input_name) == 0;
	u->uc_mcontext.regs[0] = (unsigned long long)(input ? dup(0) : -EACCES);
#else
#error "the sandbox knows x86-64 and arm64"
#endif
}

static bool allow_calls(scmp_filter_ctx filter)
{
	static const int allowed[] = {
		SCMP_SYS(read),		 SCMP_SYS(write),	   SCMP_SYS(writev),
		SCMP_SYS(lseek),	 SCMP_SYS(close),	   SCMP_SYS(dup),
		SCMP_SYS(fstat),	 SCMP_SYS(munmap),	   SCMP_SYS(mremap),
		SCMP_SYS(brk),		 SCMP_SYS(madvise),	   SCMP_SYS(futex),
		SCMP_SYS(rt_sigaction),	 SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
		SCMP_SYS(sigaltstack),	 SCMP_SYS(exit),	   SCMP_SYS(exit_group),
		SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday),   SCMP_SYS(getpid),
		SCMP_SYS(gettid),	 SCMP_SYS(getrandom),	   SCMP_SYS(sched_yield),
		SCMP_SYS(getrusage),
	};
	for (size_t i = 0; i < ARRAY_LEN(allowed); i++)
		if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0) != 0)
			return false;
	/* No memory becomes code, and signals go to oneself only. */
	struct scmp_arg_cmp no_code = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
	struct scmp_arg_cmp self = SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0);
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, no_code) == 0 &&
	       seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, no_code) == 0 &&
	       seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, self) == 0;
}

/* What libraries try out of habit is told no; anything else ends the process. */
static bool deny_calls(scmp_filter_ctx filter)
{
	static const int denied[] = {SCMP_SYS(newfstatat),
				     SCMP_SYS(stat),
				     SCMP_SYS(lstat),
				     SCMP_SYS(access),
				     SCMP_SYS(faccessat),
				     SCMP_SYS(readlink),
				     SCMP_SYS(readlinkat),
				     SCMP_SYS(ioctl),
				     SCMP_SYS(fcntl),
				     SCMP_SYS(uname),
				     SCMP_SYS(sched_getaffinity)};
	for (size_t i = 0; i < ARRAY_LEN(denied); i++)
		if (seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), denied[i], 0) != 0)
			return false;
	struct sigaction handler = {.sa_sigaction = answer_open, .sa_flags = SA_SIGINFO};
	return sigaction(SIGSYS, &handler, NULL) == 0 &&
	       seccomp_rule_add(filter, SCMP_ACT_TRAP, SCMP_SYS(openat), 0) == 0 &&
	       seccomp_rule_add(filter, SCMP_ACT_TRAP, SCMP_SYS(open), 0) == 0;
}

static bool close_filter(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	if (!filter)
		return false;
	bool ok = allow_calls(filter) && deny_calls(filter) && seccomp_load(filter) == 0;
	seccomp_release(filter);
	return ok;
}

/* A second wall where the kernel has it: a ruleset that handles every access and allows none. */
static bool close_files(void)
{
	struct landlock_ruleset_attr all = {.handled_access_fs =
						    (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1};
	long fd = syscall(SYS_landlock_create_ruleset, &all, sizeof(all), 0);
	if (fd < 0)
		return errno == ENOSYS || errno == EOPNOTSUPP;
	bool ok = syscall(SYS_landlock_restrict_self, fd, 0) == 0;
	close((int)fd);
	return ok;
}

static bool limit(__rlimit_resource_t what, rlim_t most)
{
	struct rlimit l = {.rlim_cur = most, .rlim_max = most};
	return setrlimit(what, &l) == 0;
}

static bool confine(const struct sandbox_order *order)
{
	return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 &&
	       prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_DUMPABLE, 0) == 0 &&
	       limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_NOFILE, 8) &&
	       limit(RLIMIT_CPU, order->cpu_seconds) &&
	       (SANDBOX_SHADOWED || limit(RLIMIT_AS, order->memory)) && close_files() &&
	       close_filter();
}

static bool write_all(struct str s)
{
	for (size_t done = 0; done < s.len;) {
		ssize_t n = write(1, s.ptr + done, s.len - done);
		if (n <= 0 && errno != EINTR)
			return false;
		if (n > 0)
			done += (size_t)n;
	}
	return true;
}

_Noreturn static void run_child(const struct sandbox_order *order, sandbox_job *job)
{
	struct stat st;
	if (fstat(0, &st) != 0 || !confine(order))
		_exit(SANDBOX_EXIT_CONFINE);
	struct str input = STR("");
	if (st.st_size > 0) {
		void *bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, 0, 0);
		if (bytes == MAP_FAILED)
			abort();
		input = (struct str){bytes, (size_t)st.st_size};
	}
	struct buf output;
	buf_init(&output, order->output);
	job(input, &output);
	if (output.error != OK || !write_all(buf_str(&output)))
		_exit(SANDBOX_EXIT_OUTPUT);
	_exit(0);
}

/* The child is gone, or the parent is (then the child goes too). */
static bool wait_child(pid_t child, struct sandbox_done *ret)
{
	int fd = pidfd_open(child, 0);
	if (fd < 0)
		return false;
	struct pollfd p[2] = {{.fd = fd, .events = POLLIN},
			      {.fd = SANDBOX_CONTROL_FD, .events = POLLRDHUP}};
	while (poll(p, 2, -1) < 0 && errno == EINTR)
		;
	close(fd);
	if (!(p[0].revents & POLLIN))
		kill(child, SIGKILL);
	struct rusage usage;
	int status;
	while (wait4(child, &status, 0, &usage) < 0)
		if (errno != EINTR)
			return false;
	*ret = (struct sandbox_done){.status = status, .rss = (int64_t)usage.ru_maxrss * 1024};
	return true;
}

static bool serve_one(const struct sandbox_order *order, const int fds[2], sandbox_job *job)
{
	pid_t child = fork();
	if (child == 0) {
		close(SANDBOX_CONTROL_FD);
		if (dup2(fds[0], 0) != 0 || dup2(fds[1], 1) != 1)
			_exit(SANDBOX_EXIT_CONFINE);
		close(fds[0]);
		close(fds[1]);
		run_child(order, job);
	}
	close(fds[0]);
	close(fds[1]);
	struct sandbox_done done;
	return child > 0 && wait_child(child, &done) &&
	       send(SANDBOX_CONTROL_FD, &done, sizeof(done), MSG_NOSIGNAL) == (ssize_t)sizeof(done);
}

/* False when the parent closed the socket or sent what is no order. */
static bool take_order(struct sandbox_order *ret, int fds[2])
{
	struct iovec part = {.iov_base = ret, .iov_len = sizeof(*ret)};
	union {
		char bytes[CMSG_SPACE(2 * sizeof(int))];
		struct cmsghdr align;
	} control = {0};
	struct msghdr message = {.msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = control.bytes,
				 .msg_controllen = sizeof(control.bytes)};
	ssize_t n = recvmsg(SANDBOX_CONTROL_FD, &message, MSG_CMSG_CLOEXEC);
	struct cmsghdr *header = n == (ssize_t)sizeof(*ret) ? CMSG_FIRSTHDR(&message) : NULL;
	if (!header || header->cmsg_type != SCM_RIGHTS ||
	    header->cmsg_len != CMSG_LEN(2 * sizeof(int)))
		return false;
	memcpy(fds, CMSG_DATA(header), 2 * sizeof(int));
	return true;
}

int sandbox_serve(sandbox_job *job)
{
	if (prctl(PR_SET_DUMPABLE, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    chdir("/") != 0)
		return 1;
	struct sandbox_order order;
	int fds[2];
	while (take_order(&order, fds))
		if (!serve_one(&order, fds, job))
			return 1;
	return 0;
}
