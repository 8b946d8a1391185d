using System.Globalization;
using Mandate.Audit;
using Microsoft.Data.Sqlite;

namespace Mandate.Acceptance.Tests.Support;

/// <summary>Reads the ledger's file past the service, as an auditor with a copy would.</summary>
internal static class Ledger
{
    private static string PathIn(TemporaryDirectory directory) => Path.Combine(directory.File("data"), "audit", "ledger.db");

    /// <summary>Copies the ledger while the service writes it, and reads a tenant's events, oldest first.</summary>
    public static async Task<IReadOnlyList<AuditEntry>> ReadAsync(TemporaryDirectory directory, string tenant)
    {
        await using var ledger = await OpenCopyAsync(directory);
        var entries = new List<AuditEntry>();
        string? cursor = null;
        do
        {
            var page = await ledger.QueryAsync(tenant, new AuditQuery { OldestFirst = true, Limit = AuditQuery.MaximumLimit, Cursor = cursor });
            entries.AddRange(page.Events.Select(e => e.Entry));
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return entries;
    }

    /// <summary>Recomputes a tenant's chain from a copy.</summary>
    public static async Task<AuditVerification> VerifyAsync(TemporaryDirectory directory, string tenant)
    {
        await using var ledger = await OpenCopyAsync(directory);
        return await ledger.VerifyAsync(tenant);
    }

    private static async Task<AuditLedger> OpenCopyAsync(TemporaryDirectory directory)
    {
        var copy = directory.File(string.Create(CultureInfo.InvariantCulture, $"ledger-{Guid.NewGuid():N}.db"));
        await using (var connection = new SqliteConnection($"Data Source={PathIn(directory)};Mode=ReadOnly;Pooling=False"))
        {
            await connection.OpenAsync();
            await using var target = new SqliteConnection($"Data Source={copy};Pooling=False");
            connection.BackupDatabase(target);
        }

        return await AuditLedger.OpenAsync(new AuditLedgerOptions { Path = copy });
    }
}
