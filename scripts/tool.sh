#!/bin/sh
# tool.sh TOOL ARGS...: runs a tool of the locked development dependencies, installing them first if they are missing.
# Bun's binary comes in a platform package, and the install script of `bun` moves it; both places work, so npm may run
# without install scripts.
set -eu
cd "$(dirname "$0")/.."
# a linked node_modules belongs to another checkout: npm ci would empty it
if [ ! -L node_modules ] && { [ ! -d node_modules ] || [ package-lock.json -nt node_modules/.package-lock.json ]; }; then
  command -v npm >/dev/null || { echo "lamina: npm is missing; install Node.js 18 or later with npm" >&2; exit 1; }
  echo "installing the development dependencies (npm ci)" >&2
  npm ci --no-audit --no-fund --loglevel=error >&2
  touch node_modules/.package-lock.json
fi
tool=$1
shift
case $tool in
  bun)
    case $(uname -m) in
      x86_64) platform=x64 ;;
      aarch64) platform=aarch64 ;;
      *) echo "lamina: no Bun for $(uname -m): x86_64 and aarch64 are supported" >&2; exit 1 ;;
    esac
    [ ! -e "/lib/ld-musl-$(uname -m).so.1" ] || [ -e /lib64/ld-linux-x86-64.so.2 ] || [ -e /lib/ld-linux-aarch64.so.1 ] || platform=$platform-musl
    bun=node_modules/@oven/bun-linux-$platform/bin/bun
    [ -x "$bun" ] || bun=node_modules/.bin/bun
    exec "$bun" "$@" ;;
  *) exec "node_modules/.bin/$tool" "$@" ;;
esac
