# What the scripts beside this file share. Sourced, not run.
# shellcheck shell=bash

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tools=$repository/.tools
logs=$repository/build/logs

say() { printf '%s\n' "$*"; }

fail() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# quietly NAME "What is being done" COMMAND...: one line of words; the command's own words only if it fails.
quietly() {
  local log=$logs/$1.log what=$2 started=$SECONDS
  shift 2
  mkdir -p "$logs"
  printf '%s ...' "$what"
  if "$@" >"$log" 2>&1; then
    printf ' done (%d s)\n' $((SECONDS - started))
  else
    printf ' failed\n' >&2
    tail -n 40 "$log" >&2
    fail "$what failed; everything it said is in $log"
  fi
}

# Vite needs Node.js 20.19 or 22.12, or newer.
node_is_new_enough() {
  command -v node >/dev/null && command -v npm >/dev/null &&
    node -e 'const [a, b] = process.versions.node.split(".").map(Number);
             process.exit((a === 20 && b >= 19) || (a === 22 && b >= 12) || a > 22 ? 0 : 1)'
}

# Debian 12's own Node.js is 18; scripts/install-packages then puts a newer one below .tools.
use_node() {
  node_is_new_enough || PATH=$tools/node_modules/.bin:$PATH
  node_is_new_enough
}

use_compiler_cache() {
  # Precompiled headers are cached only with this sloppiness (ccache's manual).
  if command -v ccache >/dev/null; then export CMAKE_CXX_COMPILER_LAUNCHER=ccache CCACHE_SLOPPINESS=pch_defines,time_macros; fi
}

# build_preset PRESET "What is being built" [TARGET...]
build_preset() {
  local preset=$1 what=$2
  shift 2
  use_compiler_cache
  cd "$repository"
  if [ ! -f "build/$preset/build.ninja" ]; then
    quietly "configure-$preset" "Configuring build/$preset" cmake --preset "$preset"
  fi
  quietly "build-$preset" "$what" cmake --build --preset "$preset" ${1+--target "$@"}
}

# One line that changes when any file of the folder does.
fingerprint() {
  (cd "$1" && find . \( -name node_modules -o -name dist -o -name .vite \) -prune -o -type f -print0 | sort -z | xargs -0 sha256sum) |
    sha256sum | cut -d ' ' -f 1
}

# install_node_modules FOLDER: as its lock file says, and only when that has changed.
install_node_modules() {
  local folder=$1 stamp=$1/node_modules/.webcalling-lock wanted
  wanted="$(sha256sum <"$folder/package-lock.json") $(node --version)"
  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then return; fi
  quietly "npm-${folder##*/}" "Installing the npm packages of ${folder##*/}/" npm ci --prefix "$folder" --no-audit --no-fund
  printf '%s' "$wanted" >"$stamp"
}

build_web_phone() {
  local stamp=$repository/web/dist/.sources wanted
  wanted=$(fingerprint "$repository/web")
  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then return; fi
  install_node_modules "$repository/web"
  quietly web-build "Building the web phone" npm run build --prefix "$repository/web"
  printf '%s\n' "$wanted" >"$stamp"
}
