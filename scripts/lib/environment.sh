# Making the virtual environment; sourced by serve and test, from the project's folder.

fail() {
  printf 'strata: %s\n' "$*" >&2
  exit 1
}

find_python() {
  local candidate
  for candidate in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11 python; do
    [[ -n $candidate ]] || continue
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      printf '%s\n' "$candidate"
      return
    fi
  done
  fail 'Python 3.11 or newer is needed and was not found. Install it, or name it: PYTHON=/path/to/python scripts/serve'
}

# make_environment EXTRA: .venv with the project and its optional dependencies EXTRA ("" or "[test]").
# The stamp holds a digest of pyproject.toml, so that a second start installs nothing.
make_environment() {
  local extra=$1 python stamp digest
  command -v git >/dev/null || fail 'git is needed and was not found. Install it, then try again.'
  stamp=.venv/installed${extra//[^a-z]/-}
  if [[ -x .venv/bin/python ]] && ! .venv/bin/python -c '' 2>/dev/null; then
    rm -rf .venv  # the Python it was made with is gone
  fi
  if [[ ! -x .venv/bin/python ]]; then
    python=$(find_python)
    printf 'Making a virtual environment with %s …\n' "$("$python" --version)" >&2
    "$python" -m venv .venv || fail 'the virtual environment could not be made (on Debian: apt install python3-venv).'
  fi
  digest=$(.venv/bin/python -c 'import hashlib, sys; print(hashlib.sha256(open("pyproject.toml", "rb").read() + sys.version.encode()).hexdigest())')
  if [[ ! -f $stamp || $(<"$stamp") != "$digest" ]]; then
    printf 'Installing …\n' >&2
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --editable ".$extra" ||
      fail 'the dependencies could not be installed; see above. A mirror can be named: PIP_INDEX_URL=… scripts/serve'
    printf '%s\n' "$digest" >"$stamp"
  fi
}
