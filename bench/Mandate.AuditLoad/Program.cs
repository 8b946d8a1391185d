using System.CommandLine;
using Mandate.AuditLoad;

// Measures the audit ledger: see docs/benchmarks.md.
var events = new Option<int>("--events") { Description = "Events to append or to verify.", DefaultValueFactory = _ => 1_000_000 };
var writers = new Option<int>("--writers") { Description = "Writers at the same time.", DefaultValueFactory = _ => 64 };
var postgres = new Option<bool>("--postgres") { Description = "In PostgreSQL, on a server of its own with durable settings, instead of SQLite." };
var checkpoints = new Option<bool>("--checkpoints") { Description = "With a signed checkpoint every 1,000 events." };

var append = new Command("append", "Append events with many writers, each waiting until its event is durable.") { events, writers, postgres, checkpoints };
append.SetAction((result, _) => AppendLoad.RunAsync(result.GetValue(events), result.GetValue(writers), result.GetValue(postgres), result.GetValue(checkpoints)));

var verify = new Command("verify", "Verify a ledger from its database file, beside hashing the same bytes in memory.") { events };
verify.SetAction((result, _) => VerifyLoad.RunAsync(result.GetValue(events)));

var growth = new Command("growth", "Appending, searching and verifying while the ledger grows from 10,000 to the given number of events.") { events, postgres };
growth.SetAction((result, _) => GrowthLoad.RunAsync(result.GetValue(events), result.GetValue(postgres)));

return await new RootCommand("Measures the audit ledger.") { append, verify, growth }.Parse(args).InvokeAsync();
