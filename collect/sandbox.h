/* sandbox.h - foreign bytes are parsed in children that can do nothing but compute.
 *
 * A pool keeps up to one warm helper per core: this same binary re-executed as `haidang worker
 * KIND`, with an empty environment and no inherited descriptor but its control socket.  A helper
 * never looks at foreign bytes; for every job it forks a child that closes itself in (seccomp
 * allow-list, rlimits, no new privileges, not dumpable, Landlock without a single allowed path
 * where the kernel has it), reads the input from descriptor 0 (a sealed memory file), writes its
 * result to descriptor 1 (a pipe) and exits.  A child that exceeds its deadline dies together
 * with its helper; the next job starts a new one.
 * Thread-safe: any number of threads may call sandbox_run(); those beyond the number of children
 * wait for their turn. */
#pragma once
#include "base/buf.h"

struct sandbox;

/* X(code, vi, en): how a job ended. */
#define SANDBOX_END_TABLE(X)                                                                       \
	X(SANDBOX_DONE, "đã đọc xong", "done")                                                     \
	X(SANDBOX_TIMED_OUT, "quá thời gian cho phép", "timed out")                                \
	X(SANDBOX_MEMORY, "vượt quá bộ nhớ cho phép", "out of memory")                             \
	X(SANDBOX_CRASHED, "bộ đọc tệp dừng đột ngột", "the reader crashed")                       \
	X(SANDBOX_REFUSED, "tệp khiến bộ đọc làm việc bị cấm",                                     \
	  "the reader tried a forbidden call")                                                     \
	X(SANDBOX_OUTPUT, "kết quả quá lớn", "the result is too large")                            \
	X(SANDBOX_UNSTARTED, "không khởi động được bộ đọc tệp", "the reader could not be started")
#define X(code, vi, en) code,
enum sandbox_end { SANDBOX_END_TABLE(X) SANDBOX_ENDS };
#undef X
struct label sandbox_end_label(enum sandbox_end end);

struct sandbox_options {
	const char *kind;	/* "sheet"; outlives the sandbox */
	const char *executable; /* NULL: /proc/self/exe */
	unsigned children;	/* 0: one per core */
	usec deadline;		/* per job, wall clock; 0: SANDBOX_DEADLINE */
	size_t memory;		/* address space of a child; 0: SANDBOX_MEMORY_MAX */
};
#define SANDBOX_DEADLINE (20 * USEC_SECOND)
#define SANDBOX_MEMORY_MAX ((size_t)1 << 30)

/* Starts nothing yet: the first jobs start the helpers. */
struct sandbox *sandbox_new(const struct sandbox_options *options);
/* No thread may be inside sandbox_run(). */
void sandbox_free(struct sandbox *s);
DEFINE_AUTO(sandbox_free, struct sandbox *)

/* Hand input to a fresh child, append what it writes to *output (initialised by the caller; its
 * max bounds the answer).  *ret_end is written in every case.  OK only for SANDBOX_DONE; otherwise
 * ERR_TIMEOUT, ERR_TOO_LARGE (memory, output), ERR_INVALID (crashed, refused: the input is to
 * blame) or ERR_UNAVAILABLE (could not start), and *output holds nothing of use. */
MUST_USE enum err sandbox_run(struct sandbox *s, struct str input, struct buf *output,
			      enum sandbox_end *ret_end, struct why *why);

/* How many helpers were started so far (one per child slot unless children died). */
unsigned sandbox_started(const struct sandbox *s);

/* Helper side: serve jobs from the control socket until it closes; returns the exit code.  `job`
 * runs in the closed-in child: it appends its result to output, and a result that does not fit
 * ends the child.  Call with nothing but main's own thread. */
typedef void sandbox_job(struct str input, struct buf *output);
int sandbox_serve(sandbox_job *job);
