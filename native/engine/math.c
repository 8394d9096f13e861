/*
 * The functions of libm, which is opened when the first of them is called: few programs of ours do, and linking it costs
 * every start a twentieth of its time. Which of them there are calls of depends on the compiler. Hidden, so that no library
 * finds these instead of the real ones. Not for C libraries that hold libm themselves (musl).
 *
 * Programs count bytes with a few of them, perhaps when the kernel gives them no descriptor or memory for a library any more. These are here.
 */
#include "engine.h"

#include <dlfcn.h>
#include <gnu/lib-names.h>
#include <unistd.h>

double copysign(double, double), fabs(double); /* math.h may declare what is defined here otherwise */

static void *
find(const char *name)
{
	static void *library;
	void *function;
	const char *reason;

	if (library == NULL)
		library = dlopen(LIBM_SO, RTLD_NOW | RTLD_LOCAL);
	function = library == NULL ? NULL : dlsym(library, name);
	if (function != NULL)
		return function;
	reason = dlerror();
	report_line(reason == NULL ? "Error: " LIBM_SO " cannot be used" : reason);
	_exit(1); /* nobody could go on with a number that is none */
}

#define LARGEST_FRACTION 0x1p52 /* from here on a double is a whole number, or none at all */
#define LARGEST_WHOLE 0x1p53    /* up to here it is every whole number */

__attribute__((visibility("hidden"))) double
trunc(double x)
{
	return fabs(x) < LARGEST_FRACTION ? copysign((double)(int64_t)x, x) : x;
}

__attribute__((visibility("hidden"))) double
floor(double x)
{
	double towards_zero = trunc(x);

	return towards_zero > x ? towards_zero - 1 : towards_zero;
}

__attribute__((visibility("hidden"))) double
ceil(double x)
{
	return -floor(-x);
}

static bool
is_whole(double x)
{
	return fabs(x) <= LARGEST_WHOLE && x == (double)(int64_t)x;
}

__attribute__((visibility("hidden"))) double
fmod(double x, double y)
{
	static double (*real)(double, double);

	if (is_whole(x) && is_whole(y) && y != 0)
		return copysign((double)((int64_t)x % (int64_t)y), x);
	if (real == NULL)
		*(void **)&real = find("fmod");
	return real(x, y);
}

__attribute__((visibility("hidden"))) double
pow(double x, double y)
{
	static double (*real)(double, double);
	double power = 1;

	if (is_whole(x) && is_whole(y) && y >= 0 && y <= 64) {
		for (int i = 0; i < (int)y && fabs(power) <= LARGEST_WHOLE; i++)
			power *= x;
		if (fabs(power) <= LARGEST_WHOLE)
			return power; /* no step was rounded */
	}
	if (real == NULL)
		*(void **)&real = find("pow");
	return real(x, y);
}

#define PASS_ON(type, name, parameters, arguments) \
	__attribute__((visibility("hidden"))) type name parameters \
	{ \
		static type(*real) parameters; \
\
		if (real == NULL) \
			*(void **)&real = find(#name); \
		return real arguments; \
	}

#define OF_ONE(name) PASS_ON(double, name, (double x), (x))
#define OF_TWO(name) PASS_ON(double, name, (double x, double y), (x, y))

PASS_ON(long, lrint, (double x), (x))
PASS_ON(long, lround, (double x), (x))
OF_ONE(acos)
OF_ONE(acosh)
OF_ONE(asin)
OF_ONE(asinh)
OF_ONE(atan)
OF_ONE(atanh)
OF_ONE(cbrt)
OF_ONE(cos)
OF_ONE(cosh)
OF_ONE(exp)
OF_ONE(expm1)
OF_ONE(log)
OF_ONE(log10)
OF_ONE(log1p)
OF_ONE(log2)
OF_ONE(rint)
OF_ONE(round)
OF_ONE(sin)
OF_ONE(sinh)
OF_ONE(sqrt)
OF_ONE(tan)
OF_ONE(tanh)
OF_TWO(atan2)
OF_TWO(hypot)
