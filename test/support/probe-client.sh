#!/usr/bin/env bash
# Whether a client program that wants much of the machine can run here: exits 0 if so, and says why not otherwise.
# The tests ask it for what they skip, and .ci/run for what they may.
set -uo pipefail

name=${1:?usage: probe-client.sh docker|podman|buildah}
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT

last_line() { grep . "$1" | tail -n 1 | cut -c 1-300 >&2; }

installed() {
  for command in "$@"; do
    "$command" --version >"$folder/out" 2>&1 || { echo "$command is not installed" >&2; exit 1; }
  done
}

# Stores an image of one file, without any network.
storage() { "$name" --root "$folder/root" --runroot "$folder/run" --storage-driver vfs "$@" >"$folder/out" 2>&1; }

case $name in
docker)
  installed docker dockerd
  exec 3< <(exec timeout 60 dockerd --bridge=none --iptables=false --ip6tables=false --storage-driver=vfs \
    --data-root "$folder/data" --exec-root "$folder/exec" --host "unix://$folder/docker.sock" \
    --pidfile "$folder/pid" 2>&1)
  engine=$!
  works=1
  while read -r line <&3; do
    echo "$line" >"$folder/out"
    if [[ $line == *'API listen on'* ]]; then
      docker --host "unix://$folder/docker.sock" version >"$folder/out" 2>&1 && works=0
      break
    fi
  done
  kill "$engine" 2>/dev/null
  wait "$engine" 2>/dev/null
  [ "$works" = 0 ] || last_line "$folder/out"
  exit "$works"
  ;;
podman | buildah)
  installed "$name"
  if [ "$name" = podman ]; then
    tar -cf "$folder/layer.tar" -C "$folder" out && storage import "$folder/layer.tar" probe
  else
    storage from --name probe scratch && storage copy probe "$0" /file && storage commit probe probe
  fi
  works=$?
  [ "$works" = 0 ] || last_line "$folder/out"
  exit "$works"
  ;;
*)
  echo "$name has no probe" >&2
  exit 1
  ;;
esac
