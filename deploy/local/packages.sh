#!/bin/sh
# packages.sh FOLDER PACKAGE...: unpack Debian packages, and what they need that this machine lacks, under FOLDER/sysroot.
# Any user may run it: nothing is installed, no maintainer script runs, no system service starts.
set -eu
mkdir -p "$1"
folder=$(cd "$1" && pwd)
shift
work=$(mktemp -d "$folder/unpack.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/packages" "$work/sysroot"

# Lists and cache of our own: the system's belong to root.
apt() {
    apt-get -qq -o APT::Sandbox::User=root -o Dir::State::Lists="$work/lists" -o Dir::Cache="$work/cache" \
        -o Debug::NoLocking=1 -o Acquire::Retries=3 "$@"
}

echo "reading the package lists"
apt update
names=$(apt -s install --no-install-recommends "$@" | awk '/^Inst/ { print $2 }')
[ -n "$names" ] || { echo "apt knows nothing to add for: $*" >&2; exit 1; }
echo "downloading $(echo "$names" | wc -w) packages for $*"
# Names are separate words on purpose.
# shellcheck disable=SC2086
(cd "$work/packages" && apt download $names)
echo "unpacking $(du -sh "$work/packages" | cut -f1)"
# Keep what an earlier call unpacked for another engine.
[ ! -d "$folder/sysroot" ] || cp -a "$folder/sysroot/." "$work/sysroot/"
for package in "$work"/packages/*.deb; do
    dpkg-deb -x "$package" "$work/sysroot"
done
# Erlang's two launchers have their root compiled in; missing the second silently takes the system's epmd.
for launcher in "$work"/sysroot/usr/lib/erlang/bin/erl "$work"/sysroot/usr/lib/erlang/erts-*/bin/erl; do
    [ ! -f "$launcher" ] || sed -i "s#ROOTDIR=/usr/lib/erlang#ROOTDIR=$folder/sysroot/usr/lib/erlang#" "$launcher"
done
# mktemp makes private folders, but PostgreSQL may run as another user.
chmod 755 "$work/sysroot"
rm -rf "$folder/sysroot"
mv "$work/sysroot" "$folder/sysroot"
