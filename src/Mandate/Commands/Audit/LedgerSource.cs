using System.CommandLine;
using Mandate.Audit;
using Mandate.Configuration;
using Mandate.Hosting;

namespace Mandate.Commands.Audit;

/// <summary>The options that say which ledger a command reads: a file, a database, or the one the settings name.</summary>
internal sealed class LedgerSource
{
    private readonly Option<string?> _database = new("--database") { Description = "SQLite file of the ledger. Default: the one in the data directory.", HelpName = "file" };
    private readonly Option<string?> _postgres = new("--postgres") { Description = "File with the connection string of a PostgreSQL database, and nothing else. Its role needs mandate_audit_reader.", HelpName = "file" };
    private readonly SettingOptions _settings = new SettingOptions().With("--data-directory", "DataDirectory", "Where the service's data is. Default: data", "directory");

    public LedgerSource AddTo(Command command)
    {
        command.Options.Add(_database);
        command.Options.Add(_postgres);
        _settings.AddTo(command);
        return this;
    }

    /// <summary>Opens the ledger for reading.</summary>
    /// <exception cref="AuditStoreException">It is not there or cannot be read.</exception>
    public AuditArchive Open(ParseResult result)
    {
        if (result.GetValue(_database) is { } file)
            return AuditArchive.OpenFile(file);
        if (result.GetValue(_postgres) is { } connection)
            return AuditArchive.OpenPostgres(File.ReadAllText(connection).Trim());
        var options = SettingsLoader.Load(_settings.Sources(result)).Options;
        return ServiceLedger.ConnectionString(options) is { } connectionString ? AuditArchive.OpenPostgres(connectionString) : AuditArchive.OpenFile(ServiceLedger.FileIn(options));
    }
}
