/*
 * The functions of libm, which is opened when the first of them is called: few programs of ours do, and linking it costs
 * every start a twentieth of its time. Which of them there are calls of depends on the compiler. Hidden, so that no library
 * finds these instead of the real ones. Not for C libraries that hold libm themselves (musl).
 */
#include "engine.h"

#include <dlfcn.h>
#include <gnu/lib-names.h>
#include <stdlib.h>

static void *
find(const char *name)
{
	static void *library;
	void *function;

	if (library == NULL)
		library = dlopen(LIBM_SO, RTLD_NOW | RTLD_LOCAL);
	function = library == NULL ? NULL : dlsym(library, name);
	if (function != NULL)
		return function;
	report_line("Error: the C library's " LIBM_SO " is missing or damaged");
	abort();
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
OF_ONE(ceil)
OF_ONE(cos)
OF_ONE(cosh)
OF_ONE(exp)
OF_ONE(expm1)
OF_ONE(floor)
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
OF_ONE(trunc)
OF_TWO(atan2)
OF_TWO(fmod)
OF_TWO(hypot)
OF_TWO(pow)
