#!/bin/sh
# setup.sh VENV "SOFTWARE…" LOCK...: the virtual environment, and beside it the programs of others; both are ready when it ends with 0.
set -eu
venv=$1
software=$2
shift 2
here=$(dirname "$0")
python=${PYTHON:-python3}
programs=
# The shell lets what runs in the background ignore an interrupt.
trap '[ -z "$programs" ] || kill "$programs" 2>/dev/null || true; exit 130' HUP INT TERM
if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    # Separate words on purpose.
    # shellcheck disable=SC2086
    "$python" -m deploy.local.engines.packages $software &
    programs=$!
fi
status=0
sh "$here/venv.sh" "$venv" "$@" || status=$?
if [ "$status" -ne 0 ]; then
    [ -z "$programs" ] || kill "$programs" 2>/dev/null || true
fi
[ -z "$programs" ] || wait "$programs" || status=1
exit "$status"
