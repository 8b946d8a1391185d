#!/usr/bin/env bash
# Installs what the tests need, builds once, runs every test project and ends with "N passed, N failed".
# Needs the .NET SDK of global.json and Node 20 or later. Arguments are passed on to `dotnet test`, e.g. --filter Scenario=identity/7.
set -uo pipefail
cd "$(dirname "$0")/.."
results=artifacts/tests
rm -rf "$results" && mkdir -p "$results"

fail() { echo "$1" >&2; echo "0 passed, 1 failed"; exit 1; }

command -v dotnet >/dev/null || fail "The .NET SDK is missing: install the version named in global.json."
command -v node >/dev/null && command -v npm >/dev/null || fail "Node.js and npm are missing: the interop tests run the official TypeScript SDK on them."

# Every package.json with a lock file under eng/, test/ and bench/ is installed exactly as locked, once per lock file.
while IFS= read -r lock; do
  dir=$(dirname "$lock")
  if [ ! -f "$dir/node_modules/.package-lock.json" ] || [ "$lock" -nt "$dir/node_modules/.package-lock.json" ]; then
    echo "npm ci in $dir"
    (cd "$dir" && npm ci --no-audit --no-fund --loglevel=error) || fail "npm ci failed in $dir"
  fi
done < <(find eng test bench -name package-lock.json -not -path '*/node_modules/*' | sort)

# The audit ledger's tests start a PostgreSQL server of their own.
if ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
  { apt-get update -qq && apt-get install -y -qq postgresql-15; } >/dev/null 2>&1 || fail "PostgreSQL is missing and could not be installed: apt-get install postgresql-15."
fi

dotnet restore Mandate.slnx || fail "The restore failed."
dotnet build Mandate.slnx -c Release --no-restore || fail "The build failed."

passed=0 failed=0 broken=()
for project in test/*.Tests/*.csproj; do
  name=$(basename "$project" .csproj)
  echo "--- $name"
  # A test that hangs ends its run after 20 minutes, named, in place of everything.
  dotnet test "$project" -c Release --no-build --nologo --blame-hang-timeout 20m --blame-hang-dump-type none --logger "trx;LogFileName=$name.trx" --results-directory "$results" "$@"
  status=$?
  counters=$(grep -o '<Counters [^/]*/>' "$results/$name.trx" 2>/dev/null)
  p=$(sed -E 's/.* passed="([0-9]+)".*/\1/' <<<"$counters")
  f=$(sed -E 's/.* failed="([0-9]+)".*/\1/' <<<"$counters")
  passed=$((passed + ${p:-0})) failed=$((failed + ${f:-0}))
  # A run that ended badly without a failed test (a crash, an abort, no results) still counts as one failure.
  if [ "$status" -ne 0 ] || [ -z "$counters" ]; then
    broken+=("$name")
    if [ "${f:-0}" -eq 0 ]; then failed=$((failed + 1)); fi
  fi
done

echo
for name in "${broken[@]+"${broken[@]}"}"; do echo "failed: $name"; done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
