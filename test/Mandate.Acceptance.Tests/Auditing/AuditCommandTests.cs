using System.Diagnostics;
using System.Text.Json;
using Mandate.Acceptance.Tests.Support;
using Mandate.Audit;
using Mandate.Audit.Checkpoints;
using Mandate.Testing;
using Microsoft.Data.Sqlite;
using TemporaryDirectory = Mandate.Acceptance.Tests.Support.TemporaryDirectory;

namespace Mandate.Acceptance.Tests.Auditing;

/// <summary><c>mandate audit …</c> as a user runs it, without a service.</summary>
public sealed class AuditCommandTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly AuditCheckpointSigner _signer = AuditCheckpointSigner.Create("audit.example");
    private AuditCheckpoint _checkpoint = null!;

    private string Database => _directory.File("ledger.db");

    public async Task InitializeAsync()
    {
        await using var ledger = await AuditLedger.OpenAsync(new()
        {
            Path = Database,
            Checkpoints = new() { Signer = _signer, Every = TimeSpan.FromHours(1), EveryEvents = 1_000_000 },
        });
        for (var i = 1; i <= 30; i++)
        {
            await ledger.AppendAsync(new AuditEntry
            {
                Tenant = "acme", Type = "execution.start", Action = "start", Result = AuditResult.Success, Resource = new("execution", $"order-{i}"), Actor = new("user", "alice"),
            });
        }

        _checkpoint = (await ledger.CheckpointAsync("acme"))!;
        await File.WriteAllTextAsync(_directory.File("acme.checkpoint"), _checkpoint.Note);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _signer.Dispose();
        _directory.Dispose();
    }

    [Fact]
    [Scenario("audit", 10)]
    public async Task Verify_IntactLedgerWithItsCheckpoint_Exits0WithAProgressBarAndSaysSoToPrograms()
    {
        var (code, output, error) = await RunAsync("audit", "verify", "--database", Database, "--checkpoint", _directory.File("acme.checkpoint"), "--key", _signer.Key.ToString());

        code.ShouldBe(0, error);
        output.ShouldContain("acme: intact. Events 1 to 30, 30 vouched for by a checkpoint.");
        error.ShouldContain("acme");
        error.ShouldContain("100%");

        (code, output, error) = await RunAsync("audit", "verify", "--database", Database, "--checkpoint", _directory.File("acme.checkpoint"), "--json");
        code.ShouldBe(0, error);
        error.ShouldBeEmpty();
        var result = JsonElement.Parse(output);
        result.GetProperty("valid").GetBoolean().ShouldBeTrue();
        result.GetProperty("ledgers")[0].GetProperty("checked").GetInt64().ShouldBe(30);
        result.GetProperty("ledgers")[0].GetProperty("root").GetString().ShouldBe(_checkpoint.Root.ToString());
    }

    [Fact]
    [Scenario("audit", 10)]
    public async Task Verify_DamagedLedger_Exits1AndNamesThePlace()
    {
        Damage("DELETE FROM event WHERE place & 0xFF = 17");

        var (code, output, _) = await RunAsync("audit", "verify", "--database", Database);

        code.ShouldBe(1);
        output.ShouldContain("acme: DAMAGED at event 17 (Gap)");
        (code, output, _) = await RunAsync("audit", "verify", "--database", Database, "--json");
        code.ShouldBe(1);
        JsonElement.Parse(output).GetProperty("ledgers")[0].GetProperty("damage").GetProperty("sequence").GetInt64().ShouldBe(17);
    }

    [Fact]
    [Scenario("audit", 10)]
    public async Task Verify_LedgerThatIsGoneAltogether_Exits1ByItsCheckpoint()
    {
        Damage("DELETE FROM event; DELETE FROM checkpoint; DELETE FROM ledger");
        (await RunAsync("audit", "verify", "--database", Database)).Code.ShouldBe(0, "nothing contradicts an empty store");

        var (code, output, _) = await RunAsync("audit", "verify", "--database", Database, "--checkpoint", _directory.Path);

        code.ShouldBe(1);
        output.ShouldContain("acme: DAMAGED at event 1 (Truncated)");
    }

    [Fact]
    [Scenario("audit", 10)]
    public async Task Verify_WhatCannotBeVerified_Exits2AndSaysWhatToCorrect()
    {
        using var other = AuditCheckpointSigner.Create("audit.example");
        (string[] Arguments, string Says)[] cases =
        [
            (["--database", _directory.File("nothing.db")], "nothing.db"),
            (["--database", _directory.File("acme.checkpoint")], "acme.checkpoint"),
            (["--database", Database, "--checkpoint", _directory.File("nothing.checkpoint")], "nothing.checkpoint"),
            (["--database", Database, "--checkpoint", _directory.File("acme.checkpoint"), "--key", other.Key.ToString()], "not signed by the given key"),
            (["--database", Database, "--key", "no key"], "--key"),
            (["--export", _directory.File("acme.checkpoint")], "acme.checkpoint"),
        ];
        foreach (var (arguments, says) in cases)
        {
            var (code, _, error) = await RunAsync(["audit", "verify", .. arguments]);
            code.ShouldBe(2, string.Join(' ', arguments));
            error.ShouldContain(says);
            error.ShouldNotContain("   at ", Case.Sensitive, "no stack trace");
        }
    }

    [Fact]
    [Scenario("audit", 11)]
    public async Task Export_ThenVerifyTheExportAlone_ExitsByWhatItHolds()
    {
        var file = _directory.File("acme.jsonl");
        (await RunAsync("audit", "export", "--database", Database, "--tenant", "acme", "--output", file)).Code.ShouldBe(0);
        File.Delete(Database);

        var (code, output, error) = await RunAsync("audit", "verify", "--export", file, "--checkpoint", _directory.File("acme.checkpoint"));
        code.ShouldBe(0, error);
        output.ShouldContain("acme: intact. Events 1 to 30");

        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace("order-11\"", "order-12\"", StringComparison.Ordinal));
        (code, output, _) = await RunAsync("audit", "verify", "--export", file);
        code.ShouldBe(1);
        output.ShouldContain("DAMAGED at event 11 (Edited)");
    }

    [Fact]
    [Scenario("audit", 9)]
    public async Task Prove_Event_IsAProofFile()
    {
        using var archive = AuditArchive.OpenFile(Database);
        var id = (await archive.QueryAsync("acme", new() { Limit = 1 })).Events[0].Id;

        var (code, output, error) = await RunAsync("audit", "prove", "--database", Database, "--tenant", "acme", "--event", id.ToString());

        code.ShouldBe(0, error);
        output.ShouldStartWith("c2sp.org/tlog-proof@v1\n");
        output.ShouldContain("\nindex 29\n");
        output.ShouldEndWith(_checkpoint.Note);
        (await RunAsync("audit", "prove", "--database", Database, "--tenant", "acme", "--event", Guid.NewGuid().ToString())).Code.ShouldBe(1);
        (await RunAsync("audit", "prove", "--database", Database, "--tenant", "acme", "--from", "30", "--to", "30")).Output.ShouldStartWith("mandate-consistency-proof@v1\nfrom 30 ");
    }

    private void Damage(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the statements of this file
        command.CommandText = "DROP TRIGGER event_is_never_deleted; " + sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(ProgramPath.Executable, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WithinLimit();
        return (process.ExitCode, await output, await error);
    }
}
