#!/usr/bin/env bash
# Every figure of docs/benchmarks.md, one JSON line each, in artifacts/bench/. Takes about 22 minutes on 2 quiet cores; with names as arguments, those alone:
#   gateway (2 min)   compare (3 min)   single (1 min)   signals, activities, children, replay (10 s each)   growth (3 min)   cascade (5 min)   wide (5 min)   alone (1 min)   micro (3 min)
# The data directories are made in artifacts/load, which must be on a real disk: on a memory file system durability costs nothing. Other work on the machine shows in every figure.
set -euo pipefail
cd "$(dirname "$0")/.."
out=artifacts/bench
mkdir -p "$out"

dotnet build bench/Mandate.Load -c Release -v q -nologo -clp:ErrorsOnly
dotnet build bench/Mandate.Benchmarks -c Release -v q -nologo -clp:ErrorsOnly

load() {
  local name=$1
  shift
  echo "== $name: $* ($(uptime | sed 's/.*load/load/'))"
  dotnet run --no-build -c Release --project bench/Mandate.Load -- "$@" | tee "$out/$name.json"
}

measure() {
  case $1 in
    compare) load compare compare --workflows 5000 --concurrency 100 ;;
    single)
      load single-inprocess throughput --workflows 2000 --concurrency 1 --worker csharp --transport inprocess
      load single-grpc throughput --workflows 2000 --concurrency 1 --worker csharp --transport grpc
      load single-typescript throughput --workflows 1000 --concurrency 1 --worker typescript --transport grpc
      ;;
    signals) load signals burst signals --count 10000 ;;
    activities) load activities burst activities --count 5000 ;;
    children) load children burst children --count 1000 ;;
    replay) load replay replay --events 40000 ;;
    growth) load growth growth --runs 200000 ;;
    alone) load alone alone --concurrency 100 --seconds 10 ;;
    gateway)
      load gateway-overhead gateway overhead --count 2000 --concurrency 50
      load gateway-overhead-single gateway overhead --count 300 --concurrency 1
      load gateway-proxy gateway proxy --count 5000 --concurrency 50
      ;;
    cascade)
      load cascade-1000 cascade --workflows 1000 --peer
      load cascade-1000-grpc cascade --workflows 1000 --transport grpc --peer
      load cascade-3000 cascade --workflows 3000
      load cascade-10000 cascade --workflows 10000
      load cascade-rotations cascade --workflows 100 --rotations 1000
      ;;
    wide) load wide-100000 wide --children 100000 ;;
    micro) dotnet run --no-build -c Release --project bench/Mandate.Benchmarks | tee "$out/micro.log" | grep '^|' ;;
    *) echo "Unknown measurement '$1'; see the top of this file." >&2; exit 2 ;;
  esac
}

for name in "${@:-compare single signals activities children replay growth cascade wide alone gateway micro}"; do
  for one in $name; do measure "$one"; done
done
