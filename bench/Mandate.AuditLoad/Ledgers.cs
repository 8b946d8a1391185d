using Mandate.Audit;
using Mandate.Audit.Checkpoints;
using Mandate.Audit.Tests;

namespace Mandate.AuditLoad;

/// <summary>A ledger in a fresh directory or database, and events as the service writes them.</summary>
internal sealed class Ledgers : IAsyncDisposable
{
    public const string Tenant = "acme";

    private static readonly string[] Types = ["execution.start", "execution.step", "execution.end", "executor.call", "token.redeem", "audit.read"];
    private readonly string _directory = Directory.CreateTempSubdirectory("mandate-audit-load-").FullName;
    private readonly AuditCheckpointSigner _signer = AuditCheckpointSigner.Create("load.example");
    private PostgresServer? _postgres;

    public AuditLedger Ledger { get; private set; } = null!;

    public string Path => System.IO.Path.Combine(_directory, "ledger.db");

    public static async Task<Ledgers> OpenAsync(bool postgres, bool checkpoints = false)
    {
        var ledgers = new Ledgers();
        if (postgres)
        {
            ledgers._postgres = new PostgresServer { IsDurable = true };
            await ledgers._postgres.InitializeAsync();
        }

        ledgers.Ledger = await AuditLedger.OpenAsync(new()
        {
            Path = postgres ? null : ledgers.Path,
            ConnectionString = ledgers._postgres?.CreateDatabase(),
            MaximumPending = 1_000_000,
            Checkpoints = checkpoints ? new() { Signer = ledgers._signer } : null,
        });
        return ledgers;
    }

    public static AuditEntry Entry(int number) => new()
    {
        Tenant = Tenant,
        Type = Types[number % Types.Length],
        Action = "start",
        Result = number % 50 == 0 ? AuditResult.Denied : AuditResult.Success,
        Resource = new("execution", $"order-{number / 10}"),
        Actor = new("user", $"user-{number % 1_000}", "192.0.2.7"),
        Context = new Dictionary<string, string> { ["workflowId"] = $"order-{number / 10}", ["runId"] = "01990a1b-2c3d-7e4f-8a5b-6c7d8e9f0a1b" },
        Metadata = new Dictionary<string, string> { ["workflowType"] = "OrderWorkflow", ["note"] = $"shipment {number % 5_000} delayed" },
    };

    /// <summary>Appends without waiting for each, to fill a ledger quickly.</summary>
    public async Task FillAsync(int from, int to)
    {
        const int portion = 4_096;
        for (var at = from; at < to; at += portion)
            await Task.WhenAll(Enumerable.Range(at, Math.Min(portion, to - at)).Select(i => Ledger.AppendAsync(Entry(i))));
    }

    public async ValueTask DisposeAsync()
    {
        await Ledger.DisposeAsync();
        _signer.Dispose();
        if (_postgres is not null)
            await _postgres.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
